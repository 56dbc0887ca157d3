"""The words on print forms, in the languages that waybill templates and labels are asked for in.

No form of the carrier was seen: which words stand on it, and their translations, are ours. Chinese, Korean and Thai are
not among the letters of our fonts; what is asked for in these is printed in English.
"""

from functools import cache
from typing import NamedTuple

from ...wire.labels import Captions


class Words(NamedTuple):
    title: str
    sender: str
    recipient: str
    date: str
    order: str
    mass: str
    kilogram: str
    cod: str
    place: str
    article: str
    name: str
    pieces: str
    declared: str
    payment: str
    total: str
    delivery: str
    services: str
    signature: str
    courier: str
    page: str
    specimen: str
    prealert: str
    centimetre: str = "cm"


WORDS = {
    "RUS": Words(
        *("НАКЛАДНАЯ", "ОТПРАВИТЕЛЬ", "ПОЛУЧАТЕЛЬ", "Дата", "Заказ", "Вес", "кг", "НАЛОЖЕННЫЙ ПЛАТЁЖ", "Место"),
        *("Артикул", "Наименование", "Кол-во", "Объявл. стоимость", "К оплате", "Итого", "Доставка", "Услуги"),
        *("Подпись", "Курьер", "Стр.", "ОБРАЗЕЦ", "Преалерт", "см"),
    ),
    "ENG": Words(
        *("WAYBILL", "SENDER", "RECIPIENT", "Date", "Order", "Weight", "kg", "CASH ON DELIVERY", "Package"),
        *("Article", "Description", "Pieces", "Declared value", "To be paid", "Total", "Delivery", "Services"),
        *("Signature", "Courier", "Page", "SPECIMEN", "Prealert"),
    ),
    "DEU": Words(
        *("FRACHTBRIEF", "ABSENDER", "EMPFÄNGER", "Datum", "Auftrag", "Gewicht", "kg", "NACHNAHME", "Packstück"),
        *("Artikel", "Bezeichnung", "Stück", "Angegebener Wert", "Zu zahlen", "Summe", "Zustellung", "Leistungen"),
        *("Unterschrift", "Kurier", "Seite", "MUSTER", "Voranmeldung"),
    ),
    "ITA": Words(
        *("LETTERA DI VETTURA", "MITTENTE", "DESTINATARIO", "Data", "Ordine", "Peso", "kg", "CONTRASSEGNO", "Collo"),
        *("Articolo", "Descrizione", "Pezzi", "Valore dichiarato", "Da pagare", "Totale", "Consegna", "Servizi"),
        *("Firma", "Corriere", "Pagina", "CAMPIONE", "Preavviso"),
    ),
    "TUR": Words(
        *("TAŞIMA SENEDİ", "GÖNDEREN", "ALICI", "Tarih", "Sipariş", "Ağırlık", "kg", "KAPIDA ÖDEME", "Paket"),
        *("Ürün kodu", "Açıklama", "Adet", "Beyan değeri", "Ödenecek", "Toplam", "Teslimat", "Hizmetler"),
        *("İmza", "Kurye", "Sayfa", "ÖRNEK", "Ön bildirim"),
    ),
    "CES": Words(
        *("NÁKLADNÍ LIST", "ODESÍLATEL", "PŘÍJEMCE", "Datum", "Objednávka", "Hmotnost", "kg", "DOBÍRKA", "Balík"),
        *("Zboží", "Popis", "Kusů", "Udaná cena", "K úhradě", "Celkem", "Doručení", "Služby"),
        *("Podpis", "Kurýr", "Strana", "VZOR", "Avízo"),
    ),
    "LIT": Words(
        *("VAŽTARAŠTIS", "SIUNTĖJAS", "GAVĖJAS", "Data", "Užsakymas", "Svoris", "kg", "APMOKĖJIMAS GAVUS", "Pakuotė"),
        *("Prekės kodas", "Aprašymas", "Vnt.", "Deklaruota vertė", "Mokėti", "Iš viso", "Pristatymas", "Paslaugos"),
        *("Parašas", "Kurjeris", "Puslapis", "PAVYZDYS", "Pranešimas"),
    ),
    "LAV": Words(
        *("PAVADZĪME", "SŪTĪTĀJS", "SAŅĒMĒJS", "Datums", "Pasūtījums", "Svars", "kg", "PĒCMAKSA", "Paka"),
        *("Artikuls", "Apraksts", "Skaits", "Deklarētā vērtība", "Jāmaksā", "Kopā", "Piegāde", "Pakalpojumi"),
        *("Paraksts", "Kurjers", "Lapa", "PARAUGS", "Paziņojums"),
    ),
    "HYE": Words(
        *("ԲԵՌՆԱԳԻՐ", "ՈՒՂԱՐԿՈՂ", "ՍՏԱՑՈՂ", "Ամսաթիվ", "Պատվեր", "Քաշ", "կգ", "ՎՃԱՐՈՒՄ ՍՏԱՆԱԼԻՍ", "Փաթեթ"),
        *("Ապրանքի կոդ", "Անվանում", "Քանակ", "Արժեք", "Վճարման ենթակա", "Ընդամենը", "Առաքում", "Ծառայություններ"),
        *("Ստորագրություն", "Առաքիչ", "Էջ", "ՆՄՈՒՇ", "Ծանուցում", "սմ"),
    ),
}
LANGUAGE_OF = {  # template -> language
    "tpl_russia": "RUS",
    "tpl_armenia": "HYE",
    "tpl_german": "DEU",
    "tpl_italian": "ITA",
    "tpl_turkish": "TUR",
    "tpl_czech": "CES",
    "tpl_lithuanian": "LIT",
    "tpl_latvian": "LAV",
}
INVOICE = WORDS["ENG"]._replace(title="INVOICE")


def template_words(template: str) -> Words:
    """Return the words of a waybill's template, English where its own letters are missing."""
    return INVOICE if template == "tpl_invoice" else WORDS[LANGUAGE_OF.get(template, "ENG")]


def words_in(language: str) -> Words:
    """Return a label's words, English where the letters of a language are missing."""
    return WORDS.get(language, WORDS["ENG"])


@cache
def captions(words: Words) -> Captions:
    """Return the small words of a label."""
    return Captions(words.sender, words.recipient, words.mass, words.order, words.cod, words.kilogram, words.specimen)
