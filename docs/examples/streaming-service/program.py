"""A service that streams, as a program in Python; it imports the wheel."""

import pulumi
from lmi_streaming.streaming_service import StreamingService

chat = StreamingService("chat", {"app_folder": "../../../app"})

pulumi.export("url", chat.url)
