"""The structure: who imports whom, what is loaded when, what is public."""

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import colorquant

PACKAGE = Path(colorquant.__file__).parent

# A module imports only from its own folder and from those of rows above; "" is the package itself.
ROWS = [
    {""},
    {"storage", "clustering", "color"},
    {"mapping", "measures"},
    {"images.profiles", "images.writing"},
    {"images.reading"},
    {"images"},
    {"palettes.files"},
    {"palettes.builtin"},
    {"palettes"},
    {"report", "report.gallery"},
    {"pipeline"},
    {"batch"},
    {"settings"},
    {"cli.options"},
    {"cli.shown"},
    {"cli"},
]
ROW = {folder: row for row, folders in enumerate(ROWS) for folder in folders}
# What saves, loads or shows palettes and images, they import when it is asked for.
LATE = {
    ("models", "images.pillow"),
    ("models", "pipeline.saving"),
    ("models", "report.notebook"),
    ("models", "storage.places"),
    ("palette", "palettes.builtin.catalog"),
    ("palette", "pipeline.saving"),
    ("palette", "report.notebook"),
    ("palette", "storage.places"),
}
# What the package shows of all folders, it loads when it is asked for.
FACE = {"__init__", "__main__"}


def name_of(path):
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


PATHS = {name_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}
MODULES = {name: path for name, path in PATHS.items() if path.stem not in FACE}


def folder_of(module):
    return module.rpartition(".")[0]


@cache
def imports(path):
    """Return the name of each module that is imported, or that something is imported from."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, path
            found.append(node.module)
    return found


def inner(path):
    """Yield the modules of the package that are imported."""
    for name in imports(path):
        head, _, rest = name.partition(".")
        if head == "colorquant" and rest:
            yield rest


def test_every_module_has_a_folder_with_a_row_and_a_test():
    assert {folder_of(module) for module in MODULES} == set(ROW)
    tests = Path(__file__).parent
    for module in MODULES:
        folder, _, name = module.rpartition(".")
        assert (tests / folder.replace(".", "/") / f"test_{name}.py").exists(), module


def test_every_test_module_has_its_module():
    tests = Path(__file__).parent
    for folder in set(ROW) - {""}:
        own = {name.rpartition(".")[2] for name in MODULES if folder_of(name) == folder}
        tested = (tests / folder.replace(".", "/")).glob("test_*.py")
        assert {path.stem.removeprefix("test_") for path in tested} <= own, folder


def top_level(path):
    """Yield the modules of the package that are imported when the module itself is."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.ImportFrom):
            yield node.module.partition(".")[2]


@pytest.mark.parametrize("module", sorted(MODULES))
def test_imports_go_one_way(module):
    folder = folder_of(module)
    for target in inner(MODULES[module]):
        assert target in MODULES, "a module is imported, not its folder"
        if (module, target) in LATE:
            assert target not in top_level(MODULES[module])
            continue
        other = folder_of(target)
        assert other == folder or ROW[other] < ROW[folder], target


def test_no_modules_import_each_other():
    rest = {
        module: {target for target in inner(path) if (module, target) not in LATE}
        for module, path in MODULES.items()
    }
    while rest:
        free = {module for module, targets in rest.items() if not targets & set(rest)}
        assert free, f"a ring among {sorted(rest)}"
        for module in free:
            del rest[module]


# Folders that show a name of a module of theirs, which is loaded when it is asked for.
SHOWING = {"clustering"}


def test_folders_say_what_they_hold():
    for folder in set(ROW) - {""}:
        text = (PACKAGE / folder.replace(".", "/") / "__init__.py").read_text()
        tree = ast.parse(text)
        if folder not in SHOWING:
            assert len(tree.body) == 1, "its docstring, and nothing that would be loaded"
        said = ast.get_docstring(tree)
        own = {module.rpartition(".")[2] for module in MODULES if folder_of(module) == folder}
        assert {name for name in own if f"`{name}`" not in said} == set(), folder


@pytest.mark.parametrize(
    ("package", "homes"),
    [
        ("PIL", {"images", "images.profiles", "images.reading", "images.writing"}),
        ("click", {"cli", "cli.options", "cli.shown"}),
        ("matplotlib", {"report"}),
        ("sklearn", {"clustering"}),
        ("tqdm", {"cli.shown", "pipeline"}),
        ("joblib", {"batch"}),
        ("scipy", {"measures"}),
        ("distributed", {"batch"}),
        ("upath", {"storage"}),
        ("oxipng", {"images.writing"}),
    ],
)
def test_each_package_has_one_home(package, homes):
    users = {
        folder_of(module)
        for module, path in MODULES.items()
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
WHOLE = {
    ("clustering.nearest", "matmul"),
    ("palettes.order", "@"),
    ("images.profiles.plan", "**"),
}
ROUNDED = {
    ("images.profiles.cicp", "**"),
    ("images.profiles.cicp", "exp"),
    ("images.profiles.icc", "**"),
    ("color.lab", "**"),
    ("color.lab", "cbrt"),
    ("color.difference", "**"),
    ("color.difference", "hypot"),
    ("color.difference", "arctan2"),
    ("color.difference", "exp"),
    ("color.difference", "sin"),
    ("color.oklch", "cbrt"),
    ("color.oklch", "hypot"),
    ("color.oklch", "arctan2"),
    ("measures.blur", "exp"),
    ("measures.blur", "fft"),
    ("models", "log10"),
    ("models", "**"),
    ("report.curve", "log2"),
    ("report.page", "log2"),
}


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
    used = {(module, name) for module, path in MODULES.items() for name in operations(path)}
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
    code = "from colorquant.cli.main import main\ntry: main()\nexcept SystemExit: pass"
    assert not loaded(code, option) & (SLOW | {"numpy", "PIL", "tqdm"})


def test_the_main_job_loads_nothing_slow(photo):
    code = "from colorquant.cli.main import main\ntry: main()\nexcept SystemExit: pass"
    assert not loaded(code, str(photo)) & (SLOW | {"tqdm"})


def test_public_names_are_there_and_documented():
    for name in colorquant.__all__:
        assert getattr(colorquant, name).__doc__, name
    assert {name for name in dir(colorquant) if not name.startswith("_")} == set(colorquant.__all__)
    assert not set(colorquant.__all__) & {folder.split(".")[0] for folder in ROW}
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        colorquant.nothing  # noqa: B018


@pytest.mark.parametrize("module", sorted(set(MODULES) - {"report.figure"}))
def test_all_lists_what_is_there(module):
    loaded_module = __import__(f"colorquant.{module}", fromlist=["*"])
    assert sorted(loaded_module.__all__) == sorted(set(loaded_module.__all__))
    for name in loaded_module.__all__:
        assert hasattr(loaded_module, name)


def test_no_file_outgrows_300_lines():
    for path in PATHS.values():
        assert len(path.read_text().splitlines()) <= 300, path


def test_runs_as_a_module():
    run = [sys.executable, "-m", "colorquant", "--version"]
    said = subprocess.run(run, capture_output=True, text=True, check=True).stdout
    assert said == f"colorquant, version {colorquant.__version__}\n"
