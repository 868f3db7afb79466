"""What a password is worth once all that is guessed first is taken out. Law: pure; offline; always the same answer.

Guessed first are common passwords and their words, the words of this house, runs along the keyboard or the alphabet,
one thing said twice, and all of these with digits for letters (NIST SP 800-63B-4 §3.1.1.2, OWASP ASVS 6.2.11).
"""

import re
from collections.abc import Iterable

_SHORTEST_RUN = 4
_WORDLESS = re.compile(r"[\W\d_]+")
_LETTERS_FOR_SIGNS = str.maketrans("013457@$!|€", "oleastasiie")

_RUNS_TEXT = """
    abcdefghijklmnopqrstuvwxyz 01234567890 qwertyuiop asdfghjkl zxcvbnm qwertzuiopü yxcvbnm azertyuiop qsdfghjklm
    1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p qazwsxedcrfvtgbyhnujmikolp zaq12wsxcde34rfvbgt56yhn
    1q2w3e4r5t6y7u8i9o0p q1w2e3r4t5y6u7i8o9p0 qweasdzxc !"§$%&/()=? !@#$%^&*()_+{}|
"""
_RUNS = tuple(way for run in _RUNS_TEXT.split() for way in (run, run[::-1]))

_COMMON_TEXT = """
    password passwort passwd passcode passphrase contrasena contraseña motdepasse letmein welcome bienvenido willkommen
    iloveyou teamo tequiero ichliebedich admin administrator administrador superuser root login default guest changeme
    change secret secreto geheim master hello hallo hola freedom whatever trustno access open sesame please thankyou
    testing tester test temp sample demo example blink shadow monkey dragon tiger lion eagle panther wolf bear horse
    puppy kitten cat dog perro gato hund katze butterfly dolphin chicken football fussball futbol soccer baseball
    basketball hockey tennis golf liverpool arsenal chelsea manchester united barcelona madrid juventus bayern
    lakers yankees cowboys steelers eagles packers sunshine princess princesa prinzessin prince queen king angel angelo
    jesus christ cristo dios lord amen bible church blessed forever always love lovely lover loveme amor liebe baby
    babygirl honey sweetheart beautiful handsome sexy summer winter spring autumn fall verano invierno primavera otoño
    sommer january february march april may june july august september october november december enero febrero marzo
    abril mayo junio julio agosto septiembre octubre noviembre diciembre monday tuesday wednesday thursday friday
    saturday sunday lunes martes miercoles jueves viernes sabado domingo morning night day today year happy newyear
    christmas navidad weihnachten birthday cumpleaños zero one two three four five six seven eight nine ten hundred
    uno dos tres cuatro cinco seis siete ocho nueve diez eins zwei drei vier first second red orange yellow green blue
    purple black white silver golden gold pink rojo azul verde negro blanco diamond crystal computer computadora
    internet google facebook twitter instagram youtube amazon apple samsung microsoft windows linux android iphone
    pokemon pikachu mario zelda minecraft fortnite starwars skywalker vader yoda jedi superman batman spiderman ironman
    avengers marvel hulk harry potter hogwarts gandalf frodo matrix neo terminator rocky ninja samurai warrior hunter
    killer ranger soldier captain pirate wizard magic mustang ferrari porsche mercedes corvette harley yamaha honda
    toyota metallica nirvana slipknot eminem rockstar guitar music michael jordan jessica ashley daniel david james
    robert john william richard thomas charles joseph matthew anthony andrew joshua jennifer amanda nicole michelle
    elizabeth maria jose juan carlos luis miguel pedro pablo manuel antonio francisco alejandro fernando carmen laura
    sofia lucia martin hans peter klaus anna julia thomas sarah charlie george oliver sophie alexander america mexico
    espana colombia argentina deutschland england london paris berlin newyork california texas fuck fucker fuckyou shit
    bitch asshole pussy bastard puta mierda scheisse arschloch hell damn thequickbrownfox quickbrownfox jumpsover
    lazydog loremipsum correct battery staple correcthorsebatterystaple tobeornottobe maytheforcebewithyou
    thisismypassword mypassword mynameis thisis ismy isthe myname passwordis taco
"""
# The words of this house: a clinic's people reach for them first.
_HOUSE_TEXT = """
    infusionmonitor infusion monitor monitoring hospital clinic clinica clínica klinik krankenhaus nurse enfermera
    enfermero physician doctor medico médico arzt pharmacist station chair patient paciente ketamine ketamina ketamin
    esketamine oncology oncologia oncología cancer cáncer pain dolor chemo chemotherapy pump bomba alarm alarma vitals
    saturation pressure heart rate discharge medical medicine medicina health salud care oxygen charge staff shift
"""
_WORDS = frozenset((_COMMON_TEXT + _HOUSE_TEXT).split())


def own_letters(password: str, names: Iterable[str] = ()) -> int:
    """How many letters are left when everything guessable is taken out; `names` are the person's own."""
    named = {part.casefold() for name in names for part in (name, *_WORDLESS.split(name)) if len(part) > 2}
    words = sorted({*named, *_WORDS}, key=lambda word: (-len(word), word))
    plain = password.casefold()
    return min(_left(text, words) for text in (plain, plain.translate(_LETTERS_FOR_SIGNS)))


def said_once(password: str) -> str:
    """The part a password repeats (its own beginning said again to the end); the whole when it repeats nothing."""
    for length in range(1, len(password) * 2 // 3 + 1):
        if password[length:] == password[:-length]:
            return password[:length]
    return password


def _left(text: str, words: Iterable[str]) -> int:
    rest = _without_runs(text)
    for word in words:
        rest = rest.replace(word, " ")
    return len(_WORDLESS.sub("", rest))


def _without_runs(text: str) -> str:
    """Everything but four or more neighbours on a keyboard or in the alphabet, either way."""
    kept, at = [], 0
    while at < len(text):
        length = _run_at(text, at)
        kept.append(" " if length else text[at])
        at += length or 1
    return "".join(kept)


def _run_at(text: str, at: int) -> int:
    """The longest run that begins here; 0 when none does."""
    length = 0
    while at + length < len(text) and any(text[at : at + length + 1] in run for run in _RUNS):
        length += 1
    return length if length >= _SHORTEST_RUN else 0
