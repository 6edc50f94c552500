"""Names and titles from which people and firms are made. All domains end in .example."""

from __future__ import annotations

FIRST_DE = [
    "Katrin",
    "Jürgen",
    "Sabine",
    "Thomas",
    "Petra",
    "Michael",
    "Anja",
    "Stefan",
    "Ulrike",
    "Andreas",
    "Monika",
    "Frank",
    "Birgit",
    "Markus",
    "Heike",
    "Jörg",
    "Nicole",
    "Dirk",
    "Silke",
    "Uwe",
]
FIRST_EN = [
    "Emma",
    "Oliver",
    "Sophie",
    "James",
    "Claire",
    "Peter",
    "Marie",
    "Pierre",
    "Anna",
    "Marco",
    "Ingrid",
    "Lars",
    "Julia",
    "Henrik",
    "Karla",
    "Jan",
    "Lucia",
    "David",
    "Eva",
    "Nils",
]
LAST_DE = [
    "Weber",
    "Schäfer",
    "Hoffmann",
    "Krüger",
    "Lehmann",
    "Köhler",
    "Herrmann",
    "Walter",
    "König",
    "Kaiser",
    "Fuchs",
    "Scholz",
    "Möller",
    "Weiß",
    "Jung",
    "Hahn",
    "Vogt",
    "Friedrich",
    "Günther",
    "Baumann",
]
LAST_EN = [
    "Martin",
    "Rossi",
    "Novak",
    "Larsen",
    "Johansson",
    "Smith",
    "Taylor",
    "Dubois",
    "Bernard",
    "Kowalski",
    "Bianchi",
    "Jansen",
    "Peeters",
    "Berg",
    "Olsen",
    "Clarke",
    "Moretti",
    "Visser",
    "Lindgren",
    "Evans",
]
FIRM_STEMS = [
    "Hansa",
    "Rhein",
    "Weser",
    "Elbe",
    "Isar",
    "Neckar",
    "Alpen",
    "Nord",
    "Süd",
    "West",
    "Berg",
    "Tal",
    "Delta",
    "Omega",
    "Kern",
    "Stahl",
    "Ring",
    "Falken",
    "Adler",
    "Löwen",
    "Main",
    "Spree",
    "Oder",
    "Harz",
    "Eifel",
    "Taunus",
    "Donau",
    "Inn",
    "Saar",
    "Mosel",
]
FIRM_KINDS = {
    "Pumpen": ("Pumpen", "Pumpenbau"),
    "Armaturen": ("Armaturen", "Ventile"),
    "Hydraulik": ("Hydraulik", "Fluidtechnik"),
    "Maschinenbau": ("Maschinenbau", "Anlagen"),
    "Fahrzeugbau": ("Fahrzeuge", "Automotive"),
    "Lebensmittel": ("Molkerei", "Feinkost"),
    "Beratung": ("Consult", "Beratung"),
}
PURCHASING_DE = ("Leiterin Einkauf", "Leiter Einkauf", "Einkaufsleiter")
PURCHASING_EN = ("Head of Purchasing", "Purchasing Director")
DESIGN_DE = ("Konstruktionsleiter", "Ingenieurin Entwicklung")
DESIGN_EN = ("Design Engineer", "Head of R&D")
LEADING_DE = ("Geschäftsführer", "Geschäftsführerin")
LEADING_EN = ("Managing Director", "CEO")
UPKEEP_DE = ("Leiter Instandhaltung",)
UPKEEP_EN = ("Maintenance Manager",)
OTHER_DE = ("Sachbearbeiterin", "Qualitätsmanager", "Assistentin")
OTHER_EN = ("Quality Manager", "Office Manager", "Sales Representative")
STUDENT_DE = ("Student Maschinenbau", "Praktikant")
STUDENT_EN = ("Student", "Intern")
COUNTRY_WORDS = {
    "DE": ("Germany", "Deutschland", "DE"),
    "AT": ("Austria", "Österreich"),
    "CH": ("Switzerland", "Schweiz"),
    "FR": ("France",),
    "IT": ("Italy", "Italien"),
    "NL": ("Netherlands",),
    "GB": ("United Kingdom", "UK"),
    "SE": ("Sweden",),
    "NO": ("Norway", "NO"),
    "US": ("United States", "USA"),
}
"""How people write a country into a form."""
