"""`python -m tests.prefect.worker_process FOLDER`: a worker in a process of its own, on the bureau kept in FOLDER."""

import sys
from pathlib import Path

from flows.on_prefect.worker import run_worker
from tests.prefect.bureau import Bureau

bureau = Bureau(Path(sys.argv[1]))
run_worker(bureau.responses, lambda: {bureau.plan.name: bureau.plan})
