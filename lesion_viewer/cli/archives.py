"""Commands that talk to a PACS or another DICOM archive."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lesion_viewer import NOT_A_DEVICE
from lesion_viewer.cli.messages import say

if TYPE_CHECKING:
    from lesion_viewer.exchange.pacs.archive import Progress, Query

commands = typer.Typer()
NOT_DONE = typer.Option("--not-done", help="Leave out what is done or sent.")
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
    move: Annotated[
        str,
        typer.Option(metavar="[ADDRESS:]PORT", help="Where it may send to if it refuses C-GET."),
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
    name_address(name, Address(address, calling, user, certificates, move), secret)
    say(f"{name} is kept; lesion-viewer query {name} asks it")


@commands.command("query")
def query(
    archive: Annotated[str, ARCHIVE],
    patient_id: Annotated[str, typer.Option(metavar="ID", help="With * and ?.")] = "",
    patient_name: Annotated[str, typer.Option(metavar="NAME", help="With * and ?.")] = "",
    date: Annotated[str, typer.Option(metavar="D", help="YYYYMMDD, or YYYYMMDD-YYYYMMDD.")] = "",
    days: Annotated[
        int | None, typer.Option(min=0, metavar="N", help="Of the last N days, in place of a date.")
    ] = None,
    modality: Annotated[str, typer.Option(metavar="M", help="Empty for any.")] = "CT",
    description: Annotated[str, typer.Option(metavar="TEXT", help="With * and ?.")] = "",
    not_done: Annotated[bool, NOT_DONE] = False,
    keep: Annotated[
        str, typer.Option(metavar="NAME", help="Keep the search; worklist NAME makes it again.")
    ] = "",
) -> None:
    """List the studies of an archive, the newest first: UID, date, modalities, images, words.

    Between images and words stand whether a study is on this machine, and how far its review is.
    Patients' names and numbers are not printed.
    """
    from lesion_viewer.errors import ExchangeError
    from lesion_viewer.exchange.pacs.work_lists import NO_PATIENT, WorkList, keep_work_list

    if keep and (patient_id or patient_name):
        raise ExchangeError(NO_PATIENT)
    first, dash, last = date.partition("-")
    between = (first, last if dash else first) if days is None else (f"-{days}", "")
    asked = WorkList(archive, *between, modality, description)
    if keep:
        keep_work_list(keep, asked)
    wanted = replace(asked.query(), patient_id=patient_id, patient_name=patient_name)
    _list(archive, wanted, not_done)


@commands.command("worklist")
def worklist(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="As query --keep or the window named it.")
    ] = "",
    not_done: Annotated[bool, NOT_DONE] = False,
) -> None:
    """Make a search that was kept again, or list those that are kept."""
    from lesion_viewer.errors import ExchangeError
    from lesion_viewer.exchange.pacs.work_lists import kept_work_lists

    kept = kept_work_lists()
    if not name:
        for key, one in kept.items():
            print(f"{key}  {one.archive}")
    elif name not in kept:
        raise ExchangeError(f"{name!r} is no work list: query ARCHIVE --keep NAME keeps one")
    else:
        _list(kept[name].archive, kept[name].query(), not_done)


def _list(archive: str, wanted: "Query", not_done: bool) -> None:
    from lesion_viewer.exchange.pacs.addresses import archive_named
    from lesion_viewer.exchange.pacs.local_state import local_state

    asked = archive_named(archive)
    found = [(study, local_state(study.uid)) for study in asked.find(wanted)]
    shown = [(study, here) for study, here in found if not (not_done and here.is_done)]
    for study, here in shown:
        images = f"{study.images} images" if study.images else ""
        is_here = "here" if here.images else "not here"
        said = (study.uid, study.date, study.modalities, images, is_here, here.text)
        print("  ".join((*said, study.description)))
    done = f", {len(found) - len(shown)} done" if not_done else ""
    say(f"{asked.name}: {len(shown)} studies{done}")


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


@commands.command("watch")
def watch(
    source: Annotated[str, typer.Argument(metavar="AE:PORT|FOLDER", help="Where studies arrive.")],
    output: Annotated[Path, typer.Option(metavar="DIR", help="A folder for each study in it.")],
    sender: Annotated[
        list[str] | None,
        typer.Option("--from", metavar="AE@HOST", help="Who may send to AE:PORT; several times."),
    ] = None,
    listen: Annotated[
        str, typer.Option(metavar="ADDRESS", help="On which AE:PORT is heard.")
    ] = "127.0.0.1",
    send: Annotated[
        str, typer.Option(metavar="ARCHIVE", help="Where reports are sent; empty for nowhere.")
    ] = "",
    model: Annotated[
        str | None, typer.Option(metavar="NAME|FILE", help="A bundled detector or a checkpoint.")
    ] = None,
    min_score: Annotated[
        float | None,
        typer.Option(min=0, max=1, metavar="S", help="Leave out candidates under this score."),
    ] = None,
    quiet: Annotated[
        float, typer.Option(min=0, metavar="S", help="Whole once nothing came for so long.")
    ] = 30.0,
    once: Annotated[bool, typer.Option("--once", help="Search what is there, and end.")] = False,
) -> None:
    """Search every CT that arrives, and write its candidates as a DICOM report; a line each.

    A study that was searched is not searched again; a run that was ended goes on where it was.
    """
    import signal
    import threading

    from lesion_viewer.detection.installed import find_detector
    from lesion_viewer.exchange.pacs.addresses import archive_named
    from lesion_viewer.exchange.pacs.receiver import Receiver
    from lesion_viewer.exchange.pacs.watching import Watch

    receiver, stop = None, threading.Event()
    archive = archive_named(send) if send else None
    installed = find_detector(model)
    lowest = installed.info(True).default_threshold if min_score is None else min_score
    detector = installed.load("auto", lowest, say, True, "auto")
    title, colon, port = source.rpartition(":")
    folder = Path(source)
    if not folder.is_dir() and colon and port.isdecimal():
        peers = dict(one.partition("@")[::2] for one in sender or ())
        if not peers or not all(peers.values()):
            raise typer.BadParameter("name who may send: --from AE@HOST")
        folder = output / "received"
        receiver = Receiver(folder, peers, title, int(port), listen)
        say(f"{title} listens on {listen}:{receiver.port} for {', '.join(peers)}")
    watching = Watch(folder, output, detector, archive, quiet, print)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        if once:
            watching.once()
        else:
            watching.run(stop)
    finally:
        if receiver is not None:
            receiver.close()
