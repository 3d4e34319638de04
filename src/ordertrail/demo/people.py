"""Who buys at the simulated shop, and who works there. Nobody of them exists."""

import msgspec


class Locale(msgspec.Struct, frozen=True):
    """Names and places of one language. `given` and `family` pair a name with how it is spelt in an e-mail address."""

    market: str
    given: tuple[tuple[str, str], ...]
    family: tuple[tuple[str, str], ...]
    streets: tuple[str, ...]
    cities: tuple[tuple[str, str | None, str], ...]
    family_first: bool = False


LOCALES = (
    Locale(
        "DE",
        (("Jürgen", "juergen"), ("Käthe", "kaethe"), ("Sören", "soeren"), ("Anneliese", "anneliese"),
         ("Björn", "bjoern"), ("Zoë", "zoe"), ("Ayşe", "ayse"), ("Matthias", "matthias")),
        (("Weiß", "weiss"), ("Müller-Lüdenscheidt", "muelu"), ("Öztürk", "oeztuerk"), ("Großmann", "grossmann"),
         ("Krämer", "kraemer"), ("Vogel", "vogel"), ("Schäfer", "schaefer")),
        ("Bäckergasse {}", "Am Mühlbach {}", "Straße der Einheit {}", "Königsallee {}"),
        (("Görlitz", None, "02826"), ("München", None, "80331"), ("Würzburg", None, "97070"), ("Köln", None, "50667")),
    ),
    Locale(
        "FR",
        (("Chloé", "chloe"), ("François", "francois"), ("Maëlle", "maelle"), ("Hélène", "helene"), ("Théo", "theo")),
        (("Lefèvre", "lefevre"), ("Garçon", "garcon"), ("d’Aubigné", "daubigne"), ("Noël", "noel"), ("Petit", "petit")),
        ("{} rue de l’Église", "{} allée des Chênes", "{} bd Gambetta"),
        (("Besançon", None, "25000"), ("Orléans", None, "45000"), ("Nîmes", None, "30000")),
    ),
    Locale(
        "PL",
        (("Łukasz", "lukasz"), ("Małgorzata", "malgorzata"), ("Grażyna", "grazyna"), ("Jędrzej", "jedrzej")),
        (("Wójcik", "wojcik"), ("Dąbrowska", "dabrowska"), ("Źrebiec", "zrebiec"), ("Kowalski", "kowalski")),
        ("ul. Świętokrzyska {}", "ul. Długa {}"),
        (("Łódź", None, "90-001"), ("Gdańsk", None, "80-001"), ("Wrocław", None, "50-001")),
    ),
    Locale(
        "SE",
        (("Åsa", "asa"), ("Göran", "goran"), ("Märta", "marta"), ("Nils", "nils")),
        (("Sjöberg", "sjoberg"), ("Åkesson", "akesson"), ("Öhman", "ohman"), ("Lind", "lind")),
        ("Storgatan {}", "Björkvägen {}"),
        (("Malmö", None, "211 20"), ("Umeå", None, "903 26"), ("Örebro", None, "702 10")),
    ),
    Locale(
        "GB",
        (("Siân", "sian"), ("Mercy", "mercy"), ("Alasdair", "alasdair"), ("Priya", "priya"), ("Niamh", "niamh")),
        (("O’Leary", "oleary"), ("Taylor", "taylor"), ("Okonkwo", "okonkwo"), ("Patel", "patel"), ("Brontë", "bronte")),
        ("{} Station Road", "Flat {}, 3 Mill Lane", "{} St Mary’s Crescent"),
        (("Leeds", None, "LS1 4AP"), ("Aberystwyth", None, "SY23 1NG"), ("Bristol", None, "BS1 5TR")),
    ),
    Locale(
        "US",
        (("José", "jose"), ("Latoya", "latoya"), ("Wei", "wei"), ("Emma", "emma"), ("Dakota", "dakota"),
         ("Ngozi", "ngozi")),
        (("Muñoz", "munoz"), ("Washington", "washington"), ("Nguyễn", "nguyen"), ("Kowalczyk", "kowalczyk"),
         ("Smith", "smith"), ("Begay", "begay")),
        ("{} Elm Street", "{} W 3rd Ave, Apt 4", "PO Box {}"),
        (("Springfield", "IL", "62701"), ("Boulder", "CO", "80302"), ("El Paso", "TX", "79901"),
         ("Portland", "OR", "97204")),
    ),
    Locale(
        "JP",
        (("さくら", "sakura"), ("健太", "kenta"), ("美咲", "misaki"), ("大輔", "daisuke"), ("陽菜", "hina")),
        (("高橋", "takahashi"), ("渡辺", "watanabe"), ("小林", "kobayashi"), ("髙木", "takagi")),
        ("本町{}丁目2−8", "緑が丘{}−11−3"),
        (("札幌市", "北海道", "060-0001"), ("横浜市", "神奈川県", "220-0011"), ("京都市", "京都府", "600-8001")),
        family_first=True,
    ),
    Locale(
        "AE",
        (("ليلى", "layla"), ("عمر", "omar"), ("فاطمة", "fatima"), ("Rahul", "rahul")),
        (("المنصوري", "almansoori"), ("الهاشمي", "alhashimi"), ("Menon", "menon")),
        ("شارع الزهور {}", "Villa {}, Street 12"),
        (("دبي", None, "00000"), ("Sharjah", None, "00000")),
    ),
    Locale(
        "KW",
        (("نورة", "noura"), ("يوسف", "yousef"), ("Salem", "salem")),
        (("العنزي", "alenezi"), ("المطيري", "almutairi"), ("Haddad", "haddad")),
        ("قطعة ٣، منزل {}", "Block 5, House {}"),
        (("السالمية", None, "22001"), ("Hawalli", None, "32001")),
    ),
)  # fmt: skip

SERVICE = {
    "Europe": (("dana", "Dana Fields"), ("tomasz", "Tomasz Nowak"), ("ines", "Inês Conceição")),
    "America": (("anna", "Anna Lindqvist"), ("marcus", "Marcus Bell")),
    "Asia": (("yuki", "山本 由紀"), ("samir", "سمير خوري")),
}
"""The customer service of each region: id and name."""

ADDRESS_FIXER = ("dana", "Dana Fields")
"""Who puts most addresses right, whatever the region."""

MANAGER = ("grace", "Grace Adeyemi")
OFFICER = ("oskar", "Oskar Brandt (data protection)")

APPS = {
    "payments": ("paygate", "PayGate", "PayGate webhooks"),
    "carriers": ("carrier-feed", "Carrier feed", "Carrier tracking"),
    "marketplace": ("bazaar-connector", "Bazaar connector", "Bazaar market place"),
    "erp": ("erp-link", "ERP link", "ERP"),
}
"""Programs of others: id, name, channel."""

JOBS = {
    "release": ("release-job", "Release of shipments"),
    "stock": ("stock-job", "Stock allocation"),
    "addresses": ("address-check", "Address check"),
    "fraud": ("fraud-check", "Fraud check"),
    "dunning": ("payment-watch", "Payment watch"),
    "mail": ("mailer", "Mail to customers"),
}
"""The shop's own jobs: id, name."""

BROWSERS = (
    "Mozilla/5.0 (X11; Linux x86_64) Firefox/134.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_2 like Mac OS X) Safari/605.1",
    "Mozilla/5.0 (Windows NT 10.0) Chrome/131.0",
)
