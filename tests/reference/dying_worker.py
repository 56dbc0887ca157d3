"""Workers that end themselves by SIGKILL: `python -m tests.reference.dying_worker DATABASE SMTP_PORT`.

Reads a line for each worker: when it begins (minutes after the start of time here), and at which of its steps it dies;
0: at none. Steps are each commit, and each mail before and after the server took it. Answers "died" or "steps N".
"""

import asyncio
import os
import signal
import sys
from datetime import timedelta

from sqlalchemy import event

from parcelproof.reference.adapters.smtp_out import SmtpMailer
from parcelproof.reference.ports import Mail, Mailer

from .outside import World
from .rig import CONFIG, NOW, Rig


class Steps:
    """Counts steps, and dies at one."""

    def __init__(self, last: int) -> None:
        self.count = 0
        self._last = last

    def step(self, *_: object) -> None:
        self.count += 1
        if self.count == self._last:
            os.kill(os.getpid(), signal.SIGKILL)


class DyingMailer:
    """A real mailer with a step before and after."""

    def __init__(self, port: int, steps: Steps) -> None:
        self._inner = SmtpMailer("127.0.0.1", port)
        self._steps = steps

    async def send(self, mail: Mail) -> None:
        self._steps.step()
        await self._inner.send(mail)
        self._steps.step()


class DyingRig(Rig):
    """A rig whose mails leave over the wire and whose process may end at any of its steps."""

    def __init__(self, url: str, port: int, steps: Steps) -> None:
        super().__init__(url, World(), CONFIG)
        self._mailer = DyingMailer(port, steps)
        self._steps = steps

    def mailer(self) -> Mailer:
        return self._mailer

    async def work(self, minutes: int) -> None:
        self.clock.move(NOW + timedelta(minutes=minutes))
        self._build()
        await self.store.start()
        event.listen(self.store.engine, "commit", self._steps.step)
        await self.worker.run_until(self.clock.now())
        await self.stop()


def main() -> None:
    url, port = sys.argv[1], int(sys.argv[2])
    for line in sys.stdin:
        minutes, last = map(int, line.split())
        child = os.fork()
        if child == 0:
            steps = Steps(last)
            asyncio.run(DyingRig(url, port, steps).work(minutes))
            print(f"steps {steps.count}", flush=True)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status != 0:
            assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL, status
            print("died", flush=True)


if __name__ == "__main__":
    main()
