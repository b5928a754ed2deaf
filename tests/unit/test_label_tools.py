"""Labels are data: what the checker finds in them, and the page on which a paper is labelled."""

import json
import re
from decimal import Decimal
from html import unescape

import pytest

from tasks.extract.accuracy.paper import ReadPaper
from tasks.parse import parse_document
from tasks.parse.document import Document, PdfPage
from tasks.reference.benchmarks import load_benchmarks
from tests.browser.chromium import CHROMIUM, dom_and_console
from tests.papers import write_paper
from tests.pdfs import text, write_pdf
from tools import check_labels, label_paper
from tools.check_labels import PageText, decimals_in, names_chip, result_stands, training_stands

PAIR = ["imagenet-1k", "top1_accuracy"]


def result(**changes):
    label = {"benchmark": PAIR[0], "metric": PAIR[1], "value": 77.3, "model": "Halfnet", "own": True, "page": 2}
    return {**label, "where": "Table 1", **changes}


def figure(**changes):
    label = {"field": "chips", "value": 8, "model": "Halfnet", "own": True, "page": 2, "quote": "on 8 NVIDIA V100 GPUs"}
    return {**label, **changes}


def labels(results=(), training=(), **changes):
    data = {"paper_id": "halfnet", "labelled": [PAIR], "headline_only": [], "training_labelled": True}
    return {**data, "results": list(results), "training": list(training), **changes}


@pytest.fixture
def folder(tmp_path):
    """A folder with a paper: Halfnet, 77.30 % on page 2, 8 V100 for 3 days and 90 epochs."""
    write_paper(tmp_path / "halfnet.pdf", "Halfnet", 77.3, 3)
    return tmp_path


def write(folder, data, name="labels"):
    (folder / name).mkdir(exist_ok=True)
    (folder / name / "halfnet.json").write_text(json.dumps(data))
    return folder / name


def findings(capsys, folder, *written):
    """Exit code, and the last field of each line."""
    code = check_labels.main([*map(str, written), "--pdf", str(folder)])
    return code, [line.split("\t")[4] for line in capsys.readouterr().out.splitlines()]


def test_right_labels_have_no_findings(folder, capsys):
    training = [
        figure(),
        figure(field="hardware", value="nvidia-v100"),
        figure(field="duration_hours", value=72, quote="for 3 days"),
        figure(field="epochs", value=90, quote="with 90 epochs"),
    ]
    found = write(folder, labels([result(), result(value=76.15, model="ResNet-50", own="baseline")], training))
    assert findings(capsys, folder, found) == (0, [])


def test_a_finding_names_file_paper_page_and_value(folder, capsys):
    found = write(folder, labels([result(value=78.4)]))
    assert check_labels.main([str(found), "--pdf", str(folder)]) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert line.split("\t")[:4] == [str(found / "halfnet.json"), "halfnet", "2", "78.4"]


@pytest.mark.parametrize(
    ("label", "told"),
    [
        (result(value=78.4), "does not stand on its page and on no other"),
        (result(value=76.15, page=1), "does not stand on its page, but on 2"),
        (result(page=7), "the PDF has 2 pages"),
        (figure(field="epochs", value=300, quote="with 300 epochs"), "does not stand on its page and on no other"),
        (figure(field="hardware", value="tpu-v3", quote="on TPUs"), "does not stand on its page and on no other"),
        (figure(field="epochs", value=91, quote="(91 epochs)", note="not printed"), "(note: not printed)"),
    ],
)
def test_a_figure_that_does_not_stand_on_its_page_is_told(folder, capsys, label, told):
    is_result = "benchmark" in label
    found = write(folder, labels([label] if is_result else [], [] if is_result else [label]))
    code, (what,) = findings(capsys, folder, found)
    assert code == 1
    assert told in what


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (76.3, "76.30"),
        (78.57, "an error of 21.43 %"),
        (80.62, "0.8062"),
        (96.53, ".0347"),
        (28.4, "28,4 BLEU"),
        (76.3, "76·3"),
        (90, "90%"),
        (88.5, "88.5/98.2"),
    ],
)
def test_results_stand_as_value_error_and_fraction(value, printed):
    assert result_stands(result(value=value), PageText(printed))


@pytest.mark.parametrize("printed", ["77.35", "177.3", "7.73", "22.07", "77 3", "77.34"])
def test_another_number_is_not_the_result(printed):
    assert not result_stands(result(value=77.3), PageText(printed))


@pytest.mark.parametrize(
    ("name", "value", "quote"),
    [
        ("examples", 1281167, "the 1,281,167 images"),
        ("parameters", 60.2e6, "60.2M parameters"),
        ("parameters", 188e6, "Params (M) 188"),
        ("training_flop", 3.3e18, "3.3 · 10^18"),
        ("training_flop", 2.3e19, "2.3 × 10^{19} FLOPs"),
        ("training_flop", 4.9 * 8.64e19, "4.9 petaflop/s-days"),
        ("chips", 216, "27 nodes, where each node consists of 8x NVIDIA A100 GPUs"),
        ("chips", 16, "on TPUv3 32 cores"),
        ("duration_hours", 84, "for 3.5 days"),
        ("duration_hours", 720, "more than one month"),
        ("steps", 320000, "for 240k iterations and then for 80k iterations"),
        ("batch_size", 8192, "batches of 8K sequences"),
        ("forward_ops", 5.3e10, "ops (×10^10) 5.3"),
    ],
)
def test_training_figures_stand_in_the_units_of_papers(name, value, quote):
    assert training_stands(figure(field=name, value=value, quote=quote), PageText(f"We read: {quote}."))
    assert not training_stands(figure(field=name, value=1.37 * value, quote=quote), PageText(f"We read: {quote}."))


def test_a_quote_whose_numbers_are_on_another_page_proves_nothing():
    assert not training_stands(figure(field="epochs", value=90, quote="with 90 epochs"), PageText("with 120 epochs"))


def test_chips_are_named_without_makers_and_lines():
    assert names_chip("nvidia-gtx-1080-ti", "a single 1080 Ti")
    assert names_chip("tpu-v3", "512 TPUv3 chips")
    assert not names_chip("nvidia-v100", "8 Volta GPUs")


def test_numbers_of_a_page_as_printed():
    assert {Decimal("1281167"), Decimal("0.5"), Decimal("93.2")} <= set(decimals_in("1,281,167 .5 93.2†"))


def test_scripts_are_told_apart_where_the_layout_is_read(tmp_path, capsys):
    marked = text(72, 700, "Halfnet has 77.3") + text(150, 704, "1", 6) + text(160, 700, "points, and some more words")
    write_pdf(tmp_path / "halfnet.pdf", marked + text(72, 680, "Its accuracy on ImageNet is high, as 12 tables say."))
    found = write(tmp_path, labels([result(page=1)]))
    assert findings(capsys, tmp_path, found) == (0, [])


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ([], "no object"),
        ({"paper_id": "halfnet"}, "results is missing"),
        (labels(results=["77.3"]), "no object"),
        (labels([result(value="77.3")]), "value is"),
        (labels([result(value=True)]), "value is"),
        (labels([result(benchmark=PAIR)]), "benchmark is"),
        (labels([result(also="ResNet-50")]), "also is no list"),
        (labels([result(value=177.3)]), "a percentage"),
        (labels([result(own="yes")]), "neither true nor"),
        (labels([result(page=0)]), "pages count from 1"),
        (labels([result(benchmark="imagenet")], labelled=[["imagenet", PAIR[1]]]), "no benchmark that is read"),
        (labels([result(metric="accuracy", own="baseline")]), "no benchmark that is read"),
        (labels(training=[figure(field="gpus")]), "no training field"),
        (labels(training=[figure(value="eight")]), "chips is a number"),
        (labels(training=[figure(field="hardware")]), "hardware is a word"),
        (labels(training=[figure(value=0)]), "greater than 0"),
        (labels(training=[figure(phase="warm-up")]), "no phase"),
        ({**labels(), "training": {}}, "training is no list"),
        (labels(labelled=["imagenet-1k"]), "no benchmark and metric that are read"),
        (labels(headline_only=[PAIR]), "named twice"),
        (labels([result()], labelled=[]), "neither in labelled nor in headline_only"),
        (labels(paper_id="resnet"), "not named after its paper_id"),
    ],
)
def test_wrong_forms_are_told(folder, capsys, data, told):
    code, found = findings(capsys, folder, write(folder, data))
    assert code == 1
    assert any(told in what for what in found)


def test_files_that_cannot_be_checked_are_told(folder, capsys):
    found = write(folder, labels([result()]))
    (found / "broken.json").write_text("{")
    (found / "gone.json").write_text(json.dumps(labels(paper_id="gone")))
    (found / "text.json").write_text(json.dumps(labels(paper_id="text")))
    (folder / "text.pdf").write_text("no PDF")
    _, told = findings(capsys, folder, found)
    assert [what.split(":")[0] for what in told] == [
        "cannot be read",
        f"no PDF in {folder}",
        "the PDF cannot be read",
    ]


def test_a_folder_without_labels_is_an_error(folder, capsys):
    with pytest.raises(SystemExit) as stopped:
        check_labels.main([str(folder), "--pdf", str(folder)])
    assert stopped.value.code == 2
    assert "no label files" in capsys.readouterr().err


def test_labels_of_one_file_that_contradict_each_other(folder, capsys):
    several = write(folder, labels([result(), result(value=76.15)]))
    assert "several values of Halfnet" in findings(capsys, folder, several)[1][0]
    both = write(folder, labels([result(), result(own="baseline")]))
    assert "both as own and as baseline" in findings(capsys, folder, both)[1][0]
    twice = write(folder, labels([result(), result()]))
    assert "labelled twice" in findings(capsys, folder, twice)[1][0]
    told_apart = write(folder, labels([result(), result(value=76.15, note="without augmentation")]))
    assert findings(capsys, folder, told_apart) == (0, [])


def test_two_files_of_a_paper_that_contradict_each_other(folder, capsys):
    one = write(folder, labels([result(), result(value=76.15, model="ResNet-50")]), "one")
    other = write(folder, labels([result(value=76.15, model="ResNet-50", own="baseline")]), "other")
    file = other / "halfnet.json"
    assert findings(capsys, folder, one, other)[1] == [
        f"imagenet-1k top1_accuracy of Halfnet is missing in {file}",
        f'imagenet-1k top1_accuracy of ResNet-50 is "baseline" in {file}',
    ]


def test_a_file_that_did_not_label_a_benchmark_whole_contradicts_nothing(folder, capsys):
    one = write(folder, labels([result()]), "one")
    assert findings(capsys, folder, one, write(folder, labels(labelled=[]), "other")) == (0, [])


def test_other_models_of_the_same_value_stand_on_their_page_too(folder, capsys):
    found = write(folder, labels([result(also=[{"model": "Halfnet, flipped", "page": 1}, {"model": "x", "page": 3}])]))
    assert [what.split(" ", 2)[2] for what in findings(capsys, folder, found)[1]] == ["has 2 pages"]


# --- the page


def parsed(page):
    return Document("", 2, [PdfPage(1, 612, 792, "A page"), page])


def data_of(html):
    return json.loads(unescape(re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.S)[1]))


def test_the_page_shows_every_figure_with_what_it_may_mean(folder, capsys):
    out = folder / "halfnet.html"
    assert label_paper.main([str(folder / "halfnet.pdf"), "--out", str(out)]) == 0
    html = out.read_text()
    assert "http" not in re.sub(r"http-equiv", "", html)
    (page,) = data_of(html)["pages"]
    assert page["number"] == 2
    assert page["picture"].startswith("data:image/webp;base64,")
    (table,) = page["tables"]
    assert [(f["printed"], f["row"], f["model"]) for f in table["figures"]] == [
        ("76.15", "ResNet-50 [5]", "ResNet-50"),
        ("77.30", "Halfnet (ours)", "Halfnet"),
    ]
    first = table["figures"][1]["meanings"][0]
    assert (first["benchmark"], first["metric"], first["value"]) == (*PAIR, 77.3)
    assert 0 < first["probability"] <= 1
    left, top, width, height = table["figures"][1]["frame"]
    assert 40 < left < left + width < 50  # x 256 to 283 of 612 points
    assert 10 < top < top + height < 30  # y 615 to 625 of 792 points, from below


def test_figures_of_one_cell_share_its_frame(folder):
    write_paper(folder / "pair.pdf", "Halfnet", 77.3, 3)
    page = parse_document(folder / "pair.pdf", "").pages[1]
    page.tables[0].rows[-1][-1].text = "77.3/93.5"
    figures = label_paper._tables(ReadPaper(parsed(page), "pair", load_benchmarks()), page, {})[0]["figures"]
    whole, (left, right) = figures[0]["frame"], [f["frame"] for f in figures[1:]]
    assert right[0] == pytest.approx(left[0] + left[2], abs=0.02)
    assert left[2] == pytest.approx(whole[2] / 2, abs=0.02)


def test_words_of_a_paper_cannot_leave_the_data(folder):
    write_pdf(
        folder / "hostile.pdf",
        text(72, 740, "</script><script>alert\\(1\\)</script> & Sons: accuracy on ImageNet is 77.3", 16),
    )
    html = label_paper.page_of(folder / "hostile.pdf")
    assert "<script>alert" not in html


def test_a_paper_that_cannot_be_read_is_told_in_one_line(folder, capsys):
    (folder / "text.pdf").write_text("no PDF")
    assert label_paper.main([str(folder / "text.pdf"), "--out", str(folder / "x.html")]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert not (folder / "x.html").exists()


LABELLING = """<script>
  document.querySelectorAll(".frame")[1].click();
  const asks = () => {
    document.getElementById("save").click();
    return document.getElementById("message").textContent;
  };
  const asked = [asks()];
  const isImageNet = (select) => select.pair.join() === "imagenet-1k,top1_accuracy";
  [...document.querySelectorAll("#pairs select")].find(isImageNet).value = "all";
  figures[0].controls.baseline.click();
  asked.push(asks());
  const select = figures[0].controls.meaning;
  select.value = "more";
  select.dispatchEvent(new Event("change"));
  select.choose({benchmark: "imagenet-1k", metric: "top1_accuracy", is_error: false});
  figures[0].controls.note.value = "run again";
  document.getElementById("add-training").click();
  const [added] = rowsOf("training");
  added.what.value = data.fields.findIndex(([name]) => name === "epochs");
  Object.entries({value: "90", model: "Halfnet", page: "2", where: "with 90 epochs"}).forEach(
    ([name, value]) => { added[name].value = value; });
  document.getElementById("training-labelled").checked = true;
  let file = null;
  URL.createObjectURL = (blob) => { file = blob; return "data:,"; };
  document.getElementById("save").click();
  file.text().then((saved) => document.body.append(element("pre", {id: "result",
    textContent: JSON.stringify({asked, saved: JSON.parse(saved)})})));
</script></body>"""


@pytest.mark.slow
@pytest.mark.skipif(not CHROMIUM, reason="no chromium on this machine (apt-get install chromium)")
def test_the_page_saves_a_label_file_that_the_checker_accepts(folder, capsys):
    html = label_paper.page_of(folder / "halfnet.pdf").replace("</body>", LABELLING)
    data = data_of(html)
    data["pages"][0]["tables"][0]["figures"][0]["meanings"] = []
    html = re.sub(r'(id="data">).*?(?=</script>)', lambda found: found[1] + json.dumps(data), html, flags=re.S)
    dom, console = dom_and_console(html, folder, 1440)
    assert console == []
    told = json.loads(unescape(re.search(r'<pre id="result">(.*?)</pre>', dom, re.S)[1]))
    assert told["asked"] == [
        'imagenet-1k top1_accuracy: choose under "What is labelled"',
        "page 2, Table 1, ResNet-50: a figure is ticked, and its meaning not chosen",
    ]
    saved = told["saved"]
    assert saved == labels(
        [result(value=76.15, model="ResNet-50", own="baseline", where="Table 1", note="run again"), result()],
        [figure(field="epochs", value=90, quote="with 90 epochs")],
    )
    assert findings(capsys, folder, write(folder, saved)) == (0, [])
