"""What a column of a chart is: told by its header's stems, in the usual languages."""

from __future__ import annotations

from collections.abc import Sequence

from ..tables import plain

# Usual names of columns, letters and digits only, the most telling first.
EMPLOYEE = (
    "employeeid", "empid", "employeenumber", "employeeno", "empno", "personid", "personnelnumber",
    "workerid", "staffid", "id", "uid", "userid", "personalnummer", "personalnr", "mitarbeiterid",
    "mitarbeiternummer", "mitarbeiternr", "matricule", "identifiant", "idsalarie", "idempleado",
    "numeroempleado", "employee", "worker", "person", "user", "username", "login", "email", "mail",
    "employeeemail", "mitarbeiter", "empleado", "salarie", "employeename", "name", "fullname",
    "nom", "nombre",
)  # fmt: skip
MANAGER = (
    "managerid", "manageremployeeid", "managerempid", "reportstoid", "supervisorid",
    "linemanagerid", "bossid", "superiorid", "managernumber", "parentid", "manager", "reportsto",
    "supervisor", "linemanager", "boss", "superior", "parent", "vorgesetztenid",
    "vorgesetztennummer", "vorgesetztennr", "führungskraft", "vorgesetzter", "vorgesetzte",
    "idresponsable", "responsable", "idmanager", "idjefe", "jefe", "manageremail", "manageruser",
    "managerlogin", "managername", "supervisorname", "supervisoremail",
)  # fmt: skip
HIRED = (
    "hiredate", "dateofhire", "datehired", "hired", "startdate", "joindate", "joiningdate",
    "dateofjoining", "joined", "entrydate", "employmentdate", "eintrittsdatum", "eintritt",
    "dateembauche", "fechaingreso", "start",
)  # fmt: skip
LEVEL = ("level", "grade", "joblevel", "layer", "ebene", "niveau", "nivel")
DEPARTMENT = (
    "department", "dept", "division", "unit", "orgunit", "businessunit", "team", "abteilung",
    "service", "departamento",
)  # fmt: skip

#: Stems of a header that tells of the manager.
_LEADS = (
    "manager", "mgr", "supervis", "boss", "superior", "superieur", "supérieur", "reportsto",
    "reportto", "reporting", "parent", "vorgesetzt", "führungskraft", "fuehrungskraft",
    "responsab", "jefe", "chefe", "gestor", "przełożon", "przelozon", "kierownik", "szef",
    "leidinggevende", "nadřízen", "nadrizen", "vedoucí", "esimies", "lähijohtaja", "nærmesteleder",
    "narmastechef", "närmastechef", "руковод", "начальник", "上级", "上司", "主管", "经理", "汇报",
    "マネージャ", "관리자", "상사",
)  # fmt: skip
#: Marks of lines that are not the direct one, and of numbers about managers.
_ELSE = (
    "dotted", "second", "third", "fourth", "fifth", "2nd", "3rd", "4th", "matrix", "functional",
    "indirect", "former", "previous", "years", "count", "numberof", "date", "since", "title",
    "position", "is", "alt", "level2", "level3",
)  # fmt: skip
_IDS = (
    "id", "number", "nummer", "numer", "numéro", "numero", "nr", "no", "num", "code", "key",
    "badge", "matric", "login", "account", "employee", "worker", "staff", "person", "subordinate",
    "mitarbeiter", "pracownik", "empleado", "salarié", "编号", "工号", "员工", "社員", "사번",
)  # fmt: skip
_NAMES = ("name", "nom", "imię", "imie", "nazwisko", "姓名", "氏名", "distinguished")
_HIRES = (
    "hire", "join", "embauche", "ingreso", "eintritt", "zatrudnieni", "onboard", "entrydate",
    "startofemployment", "employmentstart", "servicedate", "senioritydate", "入职", "入社",
)  # fmt: skip


def is_direct_manager(header: str) -> bool:
    """Return whether a header tells of the manager to whom a person reports directly."""
    name = plain(header)
    if name in MANAGER:
        return True
    if not any(stem in name for stem in _LEADS):
        return False
    return not any(name.startswith(mark) or mark in name[3:] for mark in _ELSE if mark != "is")


def manager_rank(header: str) -> int:
    """Return how telling a manager's header is: lower is more."""
    name = plain(header)
    return MANAGER.index(name) if name in MANAGER else len(MANAGER)


def employee_rank(header: str) -> int:
    """Return how telling an employee's header is: usual names, identifiers, e-mails, names."""
    name = plain(header)
    if name in EMPLOYEE:
        return EMPLOYEE.index(name)
    kinds = (_IDS, ("mail", "upn"), _NAMES)
    for place, stems in enumerate(kinds):
        if any(stem in name for stem in stems):
            return len(EMPLOYEE) + place
    return len(EMPLOYEE) + len(kinds)


def is_hire_date(header: str) -> bool:
    """Return whether a header tells of the day of hiring."""
    name = plain(header)
    return name in HIRED or any(stem in name for stem in _HIRES)


def name_columns(header: Sequence[str]) -> tuple[int, int] | None:
    """Return the columns of first and last name, if there are both."""
    first = ("firstname", "givenname", "vorname", "prenom", "prénom", "nombre", "imię", "imie")
    last = ("lastname", "surname", "familyname", "nachname", "nomdefamille", "apellido", "nazwisko")
    names = [plain(one) for one in header]
    found = [
        next((k for k, name in enumerate(names) if any(stem in name for stem in stems)), -1)
        for stems in (first, last)
    ]
    return (found[0], found[1]) if min(found) >= 0 and found[0] != found[1] else None


def telling(header: Sequence[str]) -> int:
    """Return how much headers tell what their columns are; a manager's counts more."""
    known, names = len(EMPLOYEE) + 3, [name for name in header if name.strip()]
    people = sum(employee_rank(name) < known or is_hire_date(name) for name in names)
    return people + 10 * sum(map(is_direct_manager, names))
