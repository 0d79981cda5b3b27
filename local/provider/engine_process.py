"""The process of an engine, which is the other end of its connection."""

import psutil


def engine_process(peer: str) -> psutil.Process | None:
    """Return the process of an engine by gRPC's address of it, such as ``ipv4:127.0.0.1:50123``.

    It is ``None`` for a process that has ended or belongs to another user.
    """
    port = int(peer.rpartition(":")[2])
    # Connections to different addresses may have the same port at their other end.
    here = {
        end.laddr.port
        for end in psutil.Process().net_connections("tcp")
        if end.raddr and end.raddr.port == port
    }
    for process in psutil.process_iter():
        try:
            if any(
                end.laddr and end.laddr.port == port and end.raddr and end.raddr.port in here
                for end in process.net_connections("tcp")
            ):
                return process
        except psutil.Error:
            # The process has ended, or belongs to another user.
            continue
    return None
