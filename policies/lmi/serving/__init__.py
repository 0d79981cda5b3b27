"""The pack as a process: Pulumi's analyzer protocol, configuration and exemptions."""
