"""The structure: who imports whom, what is loaded when, what is public."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import colorquant

PACKAGE = Path(colorquant.__file__).parent

# A module imports only from rows above its own.
ROWS = [
    {"urls", "threads", "progress", "workers", "linear", "canvas", "isobmff", "iccprofile"}
    | {"locks"},
    {"errors"},
    {"options", "places", "cluster", "recording", "cicp", "wide", "bmpread", "limits"}
    | {"signatures"},
    {"stamps", "tiffread", "gifread"},
    {"temporaries", "identity"},
    {"models", "colorspace", "nearest", "profiles", "discovery", "keys", "formats", "files"},
    {"em", "colortable", "frames", "metaread", "palette_io", "journal", "records"},
    {
        "manifest",
        "seeding",
        "minibatch",
        "escape",
        "remap",
        "metrics",
        "png",
        "gif",
        "decode",
        "report",
    },
    {"engines", "tiff", "pngread"},
    {"kmeans", "encode", "pictures"},
    {"image_io"},
    {"palette", "fitting", "targets", "plan", "memory"},
    {"animation", "gathering"},
    {"pipeline", "sharing", "colorfile"},
    {"__init__", "tasks"},
    {"missing"},
    {"commands", "batch"},
    {"messages", "completion"},
    {"tally"},
    {"running", "parameters"},
    {"stages"},
    {"cli"},
    {"__main__"},
]
ROW = {module: row for row, modules in enumerate(ROWS) for module in modules}


def imports(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, path
            yield node.module


def inner(path):
    for name in imports(path):
        if name.split(".")[0] == "colorquant":
            yield name.partition(".")[2] or "__init__"


def test_every_module_has_a_row_and_a_test():
    modules = {path.stem for path in PACKAGE.glob("*.py")}
    assert modules == set(ROW)
    tests = {path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("test_*.py")}
    assert modules - {"__init__", "__main__"} <= tests


@pytest.mark.parametrize("module", sorted(ROW))
def test_imports_go_one_way(module):
    path = PACKAGE / f"{module}.py"
    targets = set(inner(path))
    if module == "__init__":
        targets -= {"errors", "models", "options", "pipeline"}
    assert all(ROW[target] < ROW[module] for target in targets), targets


@pytest.mark.parametrize(
    ("package", "homes"),
    [
        (
            "PIL",
            {
                *("options", "profiles", "decode", "image_io", "gif", "encode", "formats"),
                *("wide", "metaread", "pictures", "bmpread", "gifread", "pngread", "tiffread"),
                *("limits", "signatures"),
            },
        ),
        ("click", {"commands", "completion", "parameters", "stages", "messages", "cli"}),
        ("matplotlib", {"report"}),
        ("sklearn", {"engines"}),
        ("tqdm", {"messages", "tally"}),
        ("joblib", {"workers"}),
        ("distributed", {"cluster"}),
        ("upath", {"places"}),
    ],
)
def test_each_package_has_one_home(package, homes):
    users = {
        path.stem
        for path in PACKAGE.glob("*.py")
        if any(name.split(".")[0] == package for name in imports(path))
    }
    assert users == homes


# What may come out otherwise on another processor: sums of products, whose order the math library
# chooses, and whether it rounds a product before it adds it; and functions that it need not round
# correctly.
UNLIKE = re.compile(
    r"linalg|fft|einsum\w*|\w*dot|inner|outer|kron|matmul|(mat|vec)(vec|mat)|convolve|correlate|"
    r"corrcoef|cov|interp|@|"
    r"(a|arc)?(sin|cos|tan)h?2?|sinc|cbrt|hypot|dist|exp(2|m1)?|log(2|10|1p|addexp2?)?|"
    r"pow|(float_)?power|\*\*"
)
# Where they stand: on whole numbers whose products and sums are exact; for the curves of color
# profiles, which are rounded to 16 bits; for what is rounded when it is shown.
WHOLE = {("nearest", "matmul"), ("palette", "@"), ("profiles", "**")}
ROUNDED = {("cicp", "**"), ("cicp", "exp"), ("iccprofile", "**"), ("models", "log10")}


def operations(path):
    """Yield the names of attributes and of what is imported, and the operators @ and **."""
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Attribute(attr=name):
                yield name
            case ast.alias(name=name) | ast.ImportFrom(module=str(name)):
                yield from name.split(".")
            case ast.BinOp(ast.Constant(), ast.Pow(), ast.Constant()):
                pass
            case ast.BinOp(op=ast.MatMult()) | ast.AugAssign(op=ast.MatMult()):
                yield "@"
            case ast.BinOp(op=ast.Pow()) | ast.AugAssign(op=ast.Pow()):
                yield "**"


def test_nothing_depends_on_the_processor():
    modules = PACKAGE.glob("*.py")
    used = {(path.stem, name) for path in modules for name in operations(path)}
    assert {each for each in used if UNLIKE.fullmatch(each[1])} == WHOLE | ROUNDED


def loaded(code, *arguments):
    probe = f"import sys\n{code}\nprint(*{{name.split('.')[0] for name in sys.modules}})"
    run = [sys.executable, "-c", probe, *arguments]
    lines = subprocess.run(run, capture_output=True, text=True, check=True).stdout.splitlines()
    return set(lines[-1].split())


SLOW = {"sklearn", "scipy", "matplotlib", "joblib"}


def test_the_import_loads_nothing_slow():
    assert not loaded("import colorquant") & (SLOW | {"numpy", "PIL", "click"})


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_loads_not_even_numpy(option):
    code = "from colorquant.cli import main\ntry: main()\nexcept SystemExit: pass"
    assert not loaded(code, option) & (SLOW | {"numpy", "PIL", "tqdm"})


def test_the_main_job_loads_nothing_slow(photo):
    code = "from colorquant.cli import main\ntry: main()\nexcept SystemExit: pass"
    assert not loaded(code, str(photo)) & (SLOW | {"tqdm"})


def test_public_names_are_there_and_documented():
    for name in colorquant.__all__:
        assert getattr(colorquant, name).__doc__, name
    assert set(colorquant.__all__) <= set(dir(colorquant))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        colorquant.nothing  # noqa: B018


@pytest.mark.parametrize("module", sorted(set(ROW) - {"__init__", "__main__", "report"}))
def test_all_lists_what_is_there(module):
    loaded_module = __import__(f"colorquant.{module}", fromlist=["*"])
    assert sorted(loaded_module.__all__) == sorted(set(loaded_module.__all__))
    for name in loaded_module.__all__:
        assert hasattr(loaded_module, name)


def test_no_file_outgrows_300_lines():
    for path in PACKAGE.glob("*.py"):
        assert len(path.read_text().splitlines()) <= 300, path


def test_runs_as_a_module():
    run = [sys.executable, "-m", "colorquant", "--version"]
    said = subprocess.run(run, capture_output=True, text=True, check=True).stdout
    assert said == f"colorquant, version {colorquant.__version__}\n"
