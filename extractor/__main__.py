"""``python -m extractor`` is the command ``congvan``."""

from extractor.cli import main

if __name__ == "__main__":
    main(prog_name="congvan")
