"""The service streams, to as many clients as LMI admits and to no more."""

from testing.streams import MESSAGE, Stream, open_streams
from tests.waiting import wait_until


def test_ten_clients_get_ten_separate_streams(url: str) -> None:
    streams = open_streams(url, 10)

    assert [stream.status for stream in streams] == [200] * 10
    assert all(stream.text.endswith(MESSAGE) for stream in streams)
    assert len({stream.request_id for stream in streams}) == 10


def test_first_bytes_arrive_long_before_the_last(url: str) -> None:
    wait_until(lambda: all(stream.comes_as_it_is_written for stream in open_streams(url, 10)))


def test_characters_arrive_one_by_one(url: str) -> None:
    def come_alone() -> bool:
        """Tell whether most do: a busy machine joins some, and a buffered response joins all."""
        (stream,) = open_streams(url, 1)
        alone = [chunk for chunk in stream.chunks if len(chunk) == 1]
        return len(alone) > len(stream.text) / 2

    wait_until(come_alone)


def test_one_environment_serves_64_and_refuses_the_65th(url: str) -> None:
    def all_at_once() -> list[Stream] | None:
        """Open the streams; a busy machine may end the first before it has begun the last."""
        streams = open_streams(url, 65)
        first_end = min(stream.seconds for stream in streams if stream.status == 200)
        return streams if max(stream.arrivals[0] for stream in streams) < first_end else None

    streams = wait_until(all_at_once)

    (refused,) = (stream for stream in streams if stream.status == 429)
    assert "Rate Exceeded" in refused.text
    assert all(stream.text.endswith(MESSAGE) for stream in streams if stream is not refused)
    assert refused.seconds < min(stream.seconds for stream in streams if stream is not refused)


def test_every_slot_is_free_again_after_the_streams(url: str) -> None:
    first = open_streams(url, 64)
    second = open_streams(url, 64)

    assert {stream.status for stream in first + second} == {200}
