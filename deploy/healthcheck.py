#!/usr/bin/env python3
"""`healthcheck PORT`: ends with 0 when the stage on that port of this container is ready, else with 1 and its words."""

import sys
import urllib.error
import urllib.request


def main(port: str) -> str | None:
    """None when all is well, else what is wrong."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{int(port)}/readyz", timeout=4):
            return None
    except urllib.error.HTTPError as error:
        return error.read(2_000).decode(errors="replace").strip()
    except OSError as error:
        return str(error)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
