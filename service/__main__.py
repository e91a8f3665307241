"""`python -m service …` is `tocsin …`: how `tocsin serve` starts its worker, wherever the command is installed."""

from service.cli import main

main()
