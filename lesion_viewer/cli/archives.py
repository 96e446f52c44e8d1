"""Commands that talk to a PACS or another DICOM archive."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lesion_viewer import NOT_A_DEVICE
from lesion_viewer.cli.messages import say

if TYPE_CHECKING:
    from lesion_viewer.exchange.pacs.archive import Progress

commands = typer.Typer()
ARCHIVE = typer.Argument(metavar="ARCHIVE", help="A name, AE@HOST:PORT, or a URL of DICOMweb.")


@commands.command("archive")
def archive(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What commands call it.")] = "",
    address: Annotated[
        str, typer.Argument(metavar="ADDRESS", help="AE@HOST:PORT, or a URL of DICOMweb.")
    ] = "",
    calling: Annotated[
        str, typer.Option(metavar="AE", help="The AE title by which the archive knows us.")
    ] = "LESIONVIEWER",
    user: Annotated[
        str, typer.Option(metavar="NAME", help="For a password; it is asked for, and kept safe.")
    ] = "",
    token: Annotated[
        bool, typer.Option("--token", help="Ask for a token, and keep it safe.")
    ] = False,
    certificates: Annotated[
        str, typer.Option(metavar="FILE", help="PEM of the authorities that are trusted.")
    ] = "",
) -> None:
    """Keep the address of an archive under a name, or list those that are kept.

    Passwords and tokens are kept in the system's keyring and nowhere else.
    """
    from lesion_viewer.exchange.pacs.addresses import Address, name_address, named_addresses

    if not name:
        for key, kept in named_addresses().items():
            print(f"{key}  {kept.address}")
        return
    if not address:
        raise typer.BadParameter("give the archive's address after its name")
    secret = ""
    if user or token:
        secret = typer.prompt(
            "Token" if token else f"Password of {user}", hide_input=True, err=True
        )
    name_address(name, Address(address, calling, user, certificates), secret)
    say(f"{name} is kept; lesion-viewer query {name} asks it")


@commands.command("query")
def query(
    archive: Annotated[str, ARCHIVE],
    patient_id: Annotated[str, typer.Option(metavar="ID", help="With * and ?.")] = "",
    patient_name: Annotated[str, typer.Option(metavar="NAME", help="With * and ?.")] = "",
    date: Annotated[str, typer.Option(metavar="D", help="YYYYMMDD, or YYYYMMDD-YYYYMMDD.")] = "",
    modality: Annotated[str, typer.Option(metavar="M", help="Empty for any.")] = "CT",
    description: Annotated[str, typer.Option(metavar="TEXT", help="With * and ?.")] = "",
) -> None:
    """List the studies of an archive, the newest first: UID, date, modalities, images, words.

    Patients' names and numbers are not printed.
    """
    from lesion_viewer.exchange.pacs.addresses import archive_named
    from lesion_viewer.exchange.pacs.archive import Query

    asked = archive_named(archive)
    found = asked.find(Query(patient_id, patient_name, date, modality, description))
    for study in found:
        images = f"{study.images} images" if study.images else ""
        print("  ".join((study.uid, study.date, study.modalities, images, study.description)))
    say(f"{asked.name}: {len(found)} studies")


@commands.command("pull")
def pull(
    archive: Annotated[str, ARCHIVE],
    study: Annotated[list[str], typer.Argument(metavar="UID...", help="Study Instance UIDs.")],
    output: Annotated[Path, typer.Option(metavar="DIR", help="A folder for each study in it.")],
) -> None:
    """Fetch studies, each whole or not at all."""
    from lesion_viewer.exchange.pacs.addresses import archive_named
    from lesion_viewer.exchange.pacs.archive import fetch_study

    asked = archive_named(archive)
    for uid in study:
        print(fetch_study(asked, uid, output, _counting(f"{uid}: ")))


@commands.command("push")
def push(
    archive: Annotated[str, ARCHIVE],
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="DICOM files.")],
) -> None:
    """Store files, such as those of ``export --format sr``, and ask whether they are there."""
    from lesion_viewer.exchange.pacs.addresses import archive_named

    asked = archive_named(archive)
    asked.send(files, _counting(""))
    say(f"{asked.name}: has {len(files)} files. {NOT_A_DEVICE}")


def _counting(before: str) -> "Progress":
    """Say now and then how many came or went."""

    def count(done: int, total: int) -> None:
        if done == total or done % 100 == 0:
            say(f"{before}{done} of {total}" if total else f"{before}{done}")

    return count
