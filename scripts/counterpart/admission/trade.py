"""Words that many employers share, and so tell none of them: of kinds of workplace, and of kinds of employment."""

from __future__ import annotations

#: Kinds of workplace, without accents, in the languages in which most names of institutions are written.
WORKPLACES = frozenset(
    """
    academy agency archief archiv archive archives archivio archivo arkiv arquivo association bank biblioteca
    bibliotecas biblioteche bibliotek biblioteka bibliotheek bibliothek bibliotheque bibliotheques board
    bureau center central centre centro church city colegio collection collections college commission
    committee community company consortium corporation council county court data departamento departement
    department digital directorate district division documentation ecole education educational escola escuela
    facultad faculte faculty fakultat fakultet federal foundation free government group gymnasium health
    heritage high history hochschule hogeschool hopital hospital information institut institute institution
    instituto international istituto judicial justice kirjasto knihovna knowledge konyvtar kutuphane lab
    laboratory law legal librarian libraries library management mediatheque medical memorial ministere
    ministerio ministry municipal municipio musee museo museum museums nacional national nationale nazionale
    network office openbare organisation organization parish parliament parliamentary people perpustakaan
    press primary prison private provincial public publica publico publique records regional research resource
    resources royal rural school schools schule science sciences scuola secondary section senate service
    services society special stadt stadtbibliothek state studies supreme system technical technology town
    trust uni union unit universidad universidade universita universitaet universitas universitat universite
    universiteit universitet university univerzita uniwersytet village ville vysoka
    """.split()  # noqa: SIM905 - as a list it would be a page long
)

#: What people write who have no employer.
NO_EMPLOYER = frozenset(
    {
        "autonoma", "autonomo", "between jobs", "carer", "confidential", "consultant", "contractor",
        "estudiante", "etudiant", "etudiante", "free lance", "freelance", "freelancer", "freiberuflich",
        "independant", "independante", "independent", "independent consultant", "independent researcher",
        "independiente", "job seeker", "jubilada", "jubilado", "looking work", "my own business", "myself",
        "n", "n a", "na", "nil", "no", "no employer", "none", "not applicable", "not employed", "nothing",
        "own business", "own company", "parental leave", "pensioner", "prefer not say", "prefer not to say",
        "privat", "private", "private person", "prive", "rentner", "retired", "retraite", "selbststandig",
        "self", "self employed", "self employment", "selfemployed", "several", "sole trader", "student",
        "unemployed", "unknown", "various", "volunteer", "x", "xx", "xxx",
    }
)  # fmt: skip
