"""Papers made for the tests, so that nothing of anybody else's is kept in the repository."""

from pathlib import Path

from reportlab.lib.pagesizes import letter
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

LEFT = 72


def write_paper(path: Path, model: str, top1: float, days: int, pages: int = 2) -> Path:
    """A small paper: title, abstract with its result, a table in booktabs style, and a sentence on training."""
    canvas = Canvas(str(path), pagesize=letter)
    canvas.setFont("Helvetica-Bold", 16)
    canvas.drawString(LEFT, 720, f"{model}: A Network for Image Recognition")
    canvas.setFont("Helvetica", 10)
    for i, text in enumerate(
        [
            "Abstract",
            f"We present {model}, a convolutional network. On the ImageNet validation set, {model} achieves",
            f"{top1:.2f}% top-1 accuracy with a single model and a single crop.",
            "1 Introduction",
            "Image classification on ImageNet is a benchmark of long standing.",
        ]
    ):
        canvas.drawString(LEFT, 680 - 14 * i, text)
    canvas.showPage()
    canvas.setFont("Helvetica", 10)
    canvas.drawString(LEFT, 720, "4 Experiments")
    canvas.drawString(LEFT, 704, f"We train {model} on 8 NVIDIA V100 GPUs for {days} days with 90 epochs on ImageNet.")
    _table(canvas, 660, [["Method", "Top-1 acc. (%)"], ["ResNet-50 [5]", "76.15"], [f"{model} (ours)", f"{top1:.2f}"]])
    canvas.showPage()
    for _ in range(pages - 2):
        canvas.showPage()
    canvas.save()
    return path


def _table(canvas: Canvas, top: float, rows: list[list[str]]) -> None:
    canvas.drawString(LEFT, top + 8, "Table 1: Top-1 accuracy of single models on the ImageNet validation set.")
    lines = [top, top - 18, top - 6 - 16 * len(rows)]
    for y in lines:
        canvas.line(LEFT, y, LEFT + 300, y)
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            canvas.drawString(LEFT + 4 + 180 * c, top - 13 - 16 * r, text)


def write_hostile_papers(folder: Path) -> dict[str, str]:
    """Files that no reader of papers can read; returns a word of the reason expected for each stem."""
    (folder / "text.pdf").write_text("This is a text file that somebody named .pdf\n")
    (folder / "zero.pdf").write_bytes(b"")
    whole = write_paper(folder / "whole.tmp", "Halfnet", 70.0, 1).read_bytes()
    (folder / "truncated.pdf").write_bytes(whole[: len(whole) // 3])
    (folder / "whole.tmp").unlink()
    locked = Canvas(str(folder / "encrypted.pdf"), encrypt=StandardEncryption("secret", ownerPassword="owner"))
    locked.drawString(LEFT, 700, "A secret")
    locked.save()
    endless = Canvas(str(folder / "endless.pdf"))
    for _ in range(3000):
        endless.showPage()
    endless.save()
    scan = Canvas(str(folder / "scan.pdf"))
    scan.rect(100, 100, 200, 200, fill=1)
    scan.save()
    return {
        "text": "not a PDF",
        "zero": "empty",
        "truncated": "",
        "encrypted": "encrypted",
        "endless": "pages",
        "scan": "text",
    }
