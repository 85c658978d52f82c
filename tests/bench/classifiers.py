#!/usr/bin/env python3
"""Measures the classifier beside fastText and LIBLINEAR on labelled texts: classifiers.py --programs FOLDER --data FOLDER

--data has a folder for each set with train.tsv and test.tsv (or valid.tsv), lines category<TAB>text. Each row is Markdown; a peer
that is not installed is left out, by name. Run it with Debian's own python3, the one that has python3-sklearn (LIBLINEAR).
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import tempfile
import time

SETS = [("banking77", "train", "test"), ("banking77", "train_10", "test"), ("clinc150", "train", "valid"),
        ("arbanking77", "train", "valid"), ("zh_waimai", "train", "test"), ("sms_spam", "train", "test"),
        ("bitext", "train", "valid")]
FASTTEXT = ["-wordNgrams", "2", "-minn", "2", "-maxn", "5", "-dim", "100", "-lr", "0.8", "-bucket", "500000", "-thread", "1",
            "-verbose", "0"]
EPOCHS = 50  # what fastText's figures were tuned with


def row(*cells):
    print("| " + " | ".join(cells) + " |", flush=True)


def examples(path):
    with open(path, encoding="utf-8") as file:
        return [tuple(line.rstrip("\n").split("\t", 1)) for line in file if "\t" in line]


def patchbay(args, train, test, *options):
    command = [args.programs / "patchbayctl", "--json", "evaluate", test, "--train", train, *options]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def liblinear(train, test):
    try:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.pipeline import FeatureUnion
        from sklearn.svm import LinearSVC
    except ImportError:
        return "not installed"
    (labels, texts), (wanted, asked) = zip(*examples(train)), zip(*examples(test))
    features = FeatureUnion([("words", TfidfVectorizer(ngram_range=(1, 2))),
                             ("characters", TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5)))])
    began = time.process_time()
    model = LinearSVC().fit(features.fit_transform(texts), labels)
    seconds = time.process_time() - began
    right = sum(a == b for a, b in zip(model.predict(features.transform(asked)), wanted))
    return f"{100 * right / len(wanted):.2f} %, trained in {seconds:.0f} s"


def fasttext(train, test, epochs):
    """Accuracy, seconds of training, microseconds of CPU for one of many predictions (without loading the model)."""
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        names = sorted({label for label, _ in examples(train)})

        def write(path, pairs):
            path.write_text("".join(f"__label__{names.index(label)} {text}\n" for label, text in pairs), encoding="utf-8")

        write(place / "train", examples(train))
        write(place / "test", examples(test))
        began = time.monotonic()
        subprocess.run(["fasttext", "supervised", "-input", place / "train", "-output", place / "model", "-epoch", str(epochs),
                        *FASTTEXT], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        seconds = time.monotonic() - began
        texts = [text for _, text in examples(test)]

        def predict(repeated):
            (place / "asked").write_text("".join(text + "\n" for text in texts * repeated), encoding="utf-8")
            before = resource_seconds()
            said = subprocess.run(["fasttext", "predict", place / "model.bin", place / "asked"], check=True, capture_output=True,
                                  text=True).stdout.split()
            return said, resource_seconds() - before

        said, once = predict(1)
        _, often = predict(21)
        right = sum(answer == f"__label__{names.index(label)}" for answer, (label, _) in zip(said, examples(test)))
        return right / len(texts), seconds, (often - once) * 1e6 / (20 * len(texts))


def resource_seconds():
    import resource
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def out_of_scope(args):
    """A threshold that is chosen from some texts and judged on others, by a model of the whole training split: from the validation
    split on the test split, or where there is no test split, as is usual, from each half of the validation split on the other."""
    data = args.data / "clinc150"
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        if (data / "oos_test.tsv").exists():
            judged, runs = "test", [(data / "valid.tsv", data / "oos_valid.tsv", data / "test.tsv", data / "oos_test.tsv")]
        else:
            halves = []
            for half in range(2):
                paths = []
                for name in ("valid", "oos_valid"):
                    lines = (data / f"{name}.tsv").read_text(encoding="utf-8").splitlines(True)
                    paths.append(place / f"{name}.{half}.tsv")
                    paths[-1].write_text("".join(lines[half::2]), encoding="utf-8")
                halves.append(paths)
            judged, runs = "halves of valid", [(*halves[0], *halves[1]), (*halves[1], *halves[0])]
        figures = [patchbay(args, data / "train.tsv", test, "--oos", strange, "--tune", tune, "--tune-oos", outside)
                   for tune, outside, test, strange in runs]

    def mean(read):
        return sum(read(one) for one in figures) / len(figures)

    recall, right = (mean(lambda one: one["tuned"][name]) for name in ("out_of_scope_abstained", "in_scope_right"))
    row(f"CLINC150 out of scope, judged on {judged}", f"AUROC {mean(lambda one: one['out_of_scope']['auroc']):.4f}; recall "
        f"{100 * recall:.1f} % at {100 * right:.1f} % in scope", "", "", "")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--programs", type=pathlib.Path, required=True)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="of fastText's training: with fewer the whole run ends sooner, "
                        "the time of one answer is the same, and its accuracy is not shown")
    args = parser.parse_args()
    row("set", "Patchbay", "fastText", "LIBLINEAR over words and characters", "time of one answer to fastText's")
    row(*["---"] * 5)
    for folder, train, test in SETS:
        paths = [args.data / folder / f"{name}.tsv" for name in (train, test)]
        if not all(path.exists() for path in paths):
            row(folder, "", "no such data", "", "")
            continue
        ours = patchbay(args, *paths)
        peer, ratio = "not installed", ""
        if shutil.which("fasttext"):
            accuracy, seconds, microseconds = fasttext(*paths, args.epochs)
            peer = f"{microseconds:.0f} us"
            if args.epochs >= EPOCHS:
                peer = f"{100 * accuracy:.2f} %, {peer}, trained in {seconds:.0f} s"
            ratio = f"{ours['microseconds'] / microseconds:.2f}"
        row(f"{folder}/{train}", f"{100 * ours['accuracy']:.2f} %, {ours['microseconds']:.1f} us, trained in "
            f"{ours['training_seconds']:.2f} s of CPU; calibration error {100 * ours['calibration_error']:.1f} %, coverage at 95 % "
            f"{100 * ours['coverage_at_95']:.0f} %", peer, liblinear(*paths), ratio)
    out_of_scope(args)


if __name__ == "__main__":
    main()
