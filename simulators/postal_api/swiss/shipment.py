"""A shipment as a customer describes it, through whichever way in: the flat body of the REST service, typed.

Wire contract: `postal_api_swiss` §2 and §4. Empty text and empty lists are absent members. Masses are grams.
"""

import msgspec


class Customer(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """The sender."""

    name1: str = ""
    name2: str = ""
    street: str = ""
    zip: str = ""
    city: str = ""
    country: str = ""
    pobox: str = ""
    domicile_post_office: str = ""
    logo: str = ""  # base64
    logo_format: str = ""
    logo_rotation: int = 270
    logo_aspect_ratio: str = "EXPAND"
    logo_horizontal_align: str = "WITH_CONTENT"
    logo_vertical_align: str = "TOP"

    def lines(self) -> tuple[str, ...]:
        place = f"{self.zip} {self.city}".strip()
        lines = (self.name1, self.name2, self.street, self.pobox, place)
        return tuple(line[:25] for line in lines if line)


class Recipient(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """Whoever the item goes to; with GAS services the return address of the contract."""

    name1: str = ""
    first_name: str = ""
    name2: str = ""
    name3: str = ""
    title: str = ""
    personally_addressed: bool = True
    address_suffix: str = ""
    street: str = ""
    house_no: str = ""
    pobox: str = ""
    floor_no: str = ""
    mailbox_no: str = ""
    zip: str = ""
    city: str = ""
    country: str = ""
    phone: str = ""
    mobile: str = ""
    email: str = ""
    post_ident: str = ""
    house_key: str = ""
    label_lines: tuple[str, ...] | None = None

    @property
    def land(self) -> str:
        return self.country.upper() or "CH"

    @property
    def is_domestic(self) -> bool:
        return self.land in ("CH", "LI")


class LabelDefinition(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """What the label is to be like; what was not said is empty, and 0 for the resolution."""

    label_layout: str = ""
    print_addresses: str = ""
    image_file_type: str = ""
    image_resolution: int = 0
    print_preview: bool = False


class Communication(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    email: str = ""
    mobile: str = ""


class DynPic(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """A picture in a notification, and where it leads."""

    url_pic: str = ""
    url_link: str = ""


class Notification(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """A message to somebody. `service` is the kind, None where the customer named none."""

    communication: Communication = Communication()
    type: str = ""
    service: int | None = None
    language: str = ""
    free_text1: str = ""
    free_text2: str = ""
    delivery_instructions: tuple[str, ...] = ()
    dyn_pic: DynPic | None = None

    @property
    def kind(self) -> int:
        return 1 if self.service is None else self.service

    @property
    def by_mail(self) -> bool:
        """Whether it goes by e-mail, said or to be seen from the address."""
        return self.type == "EMAIL" or (not self.type and bool(self.communication.email))


class ReturnInfo(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    return_note: bool = msgspec.field(default=False, name="returnNote")
    instruction_for_returns: bool = msgspec.field(default=False, name="instructionForReturns")
    return_service: str = msgspec.field(default="", name="returnService")
    customer_id_return_address: str = msgspec.field(default="", name="customerIDReturnAddress")


class DispatchInfo(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    dispatch_date: str = ""
    dispatch_time: str = ""


class Attributes(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """Services and what goes with them. `weight` is as it was written: it is judged, not read."""

    przl: tuple[str, ...] = ()
    free_text: str = ""
    delivery_date: str = ""
    parcel_no: int | None = None
    parcel_total: int | None = None
    delivery_place: str = ""
    pro_clima: bool = False
    weight: str = ""
    return_info: ReturnInfo | None = None
    unnumbers: tuple[str, ...] = ()
    dispatch_info: DispatchInfo | None = None


class Pair(msgspec.Struct, frozen=True):
    """One of `additionalData`: the keys of cash on delivery stand here."""

    type: str
    value: str


class Item(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    item_id: str = msgspec.field(default="", name="itemID")
    item_number: str = ""
    ident_code: str = ""
    recipient: Recipient = Recipient()
    additional_data: tuple[Pair, ...] = ()
    attributes: Attributes = Attributes()
    notification: tuple[Notification, ...] = ()


class Shipment(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The whole request, in the flat form; every way in reads into this."""

    language: str
    franking_license: str = msgspec.field(default="", name="frankingLicense")
    pp_franking: bool = msgspec.field(default=False, name="ppFranking")
    customer: Customer = Customer()
    customer_system: str = msgspec.field(default="", name="customerSystem")
    label_definition: LabelDefinition = msgspec.field(default=LabelDefinition(), name="labelDefinition")
    sending_id: str = msgspec.field(default="", name="sendingID")
    item: Item = Item()
