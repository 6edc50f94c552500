"""The standard objects (api-contracts B.8), one field a line: `Name type[(length)] words`.

Words: `required`, `ro` (not writable), `fixed` (only at creation), `track` (field history), `ext` (external id),
`unique`, `of=A|B` (open picklist), `only=A|B` (restricted), `default=X`, `to=Kind|Kind:Relationship`. `_` is a space.
"""

from __future__ import annotations

from connector.sandbox.salesforce.org.schema import Schema

LEAD_STATUS = ("New", "Contacted", "Working", "Nurturing", "Qualified", "Unqualified")
STAGES = (
    ("Prospecting", 10, False, False), ("Qualification", 10, False, False), ("Needs Analysis", 20, False, False),
    ("Value Proposition", 50, False, False), ("Id. Decision Makers", 60, False, False),
    ("Perception Analysis", 70, False, False), ("Proposal/Price Quote", 75, False, False),
    ("Negotiation/Review", 90, False, False), ("Closed Won", 100, True, True), ("Closed Lost", 0, True, False),
)  # fmt: skip
COUNTRIES = (
    "AD AE AF AG AI AL AM AO AQ AR AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ "
    "CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FO "
    "FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GW GY HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM "
    "JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MK ML MM MN MO MQ "
    "MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PS PT PY QA RE "
    "RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO "
    "TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW"
).replace(" ", "|")
_SOURCES = "of=Web|Phone_Inquiry|Partner_Referral|Purchased_List|Trade_Show|Other"
_INDUSTRIES = (
    "of=Agriculture|Automotive|Chemicals|Construction|Electronics|Energy|Engineering|Food_&_Beverage|Healthcare|"
    "Machinery|Manufacturing|Technology|Transportation|Other"
)
_PERSON = f"""
Salutation picklist of=Mr.|Ms.|Mrs.|Dr.|Prof.
FirstName string(40)
LastName string(80) required
Name string(121) ro
Title string(128)
Email email
Phone phone
MobilePhone phone
Description longtextarea(32000)
HasOptedOutOfEmail boolean default=false
DoNotCall boolean default=false
LeadSource picklist {_SOURCES}
LastActivityDate date ro
MasterRecordId reference ro
"""
_PERMISSIONS = """
Name string(80) required
Label string(80) required
Description string(255)
IsOwnedByProfile boolean ro default=false
"""
_PARENTS = {
    "LeadHistory": "LeadId reference ro to=Lead:Lead",
    "ContactHistory": "ContactId reference ro to=Contact:Contact",
    "OpportunityFieldHistory": "OpportunityId reference ro to=Opportunity:Opportunity",
}
_NO_CHANGE = ("-LastModifiedDate", "-LastModifiedById")
_ONLY_STAMP = ("-IsDeleted", "-CreatedDate", "-CreatedById", *_NO_CHANGE)
_CHANGE = "Field string ro\nDataType string ro\nOldValue anytype ro\nNewValue anytype ro\n"


def standard() -> Schema:
    """A schema as a fresh Enterprise organisation has it, cut to what a lead cycle touches."""
    made = Schema()
    _people(made)
    _deals(made)
    _activities(made)
    _users(made)
    for (name, parent), prefix in zip(_PARENTS.items(), ("00J", "03L", "017"), strict=True):
        made.define(name, prefix, f"{parent}\n{_CHANGE}", "ro", "-SystemModstamp", *_NO_CHANGE)
    return made


def _people(made: Schema) -> None:
    statuses = "|".join(LEAD_STATUS)
    made.define("Lead", "00Q", f"""{_PERSON}
        Company string(255) required
        Street textarea
        City string(40)
        State string(80)
        PostalCode string(20)
        Country string(80)
        CountryCode picklist only={COUNTRIES}
        Website url
        Industry picklist {_INDUSTRIES}
        AnnualRevenue currency
        NumberOfEmployees int
        Status picklist only={statuses} default=New track
        Rating picklist of=Hot|Warm|Cold
        OwnerId reference to=User|Group:Owner track
        IsUnreadByOwner boolean default=true
        IsConverted boolean ro default=false
        ConvertedDate date ro
        ConvertedAccountId reference ro to=Account:ConvertedAccount
        ConvertedContactId reference ro to=Contact:ConvertedContact
        ConvertedOpportunityId reference ro to=Opportunity:ConvertedOpportunity""", "merges")  # fmt: skip
    made.define("Contact", "003", f"""{_PERSON}
        AccountId reference to=Account:Account
        MailingStreet textarea
        MailingCity string(40)
        MailingState string(80)
        MailingPostalCode string(20)
        MailingCountry string(80)
        MailingCountryCode picklist only={COUNTRIES}
        Department string(80)
        ReportsToId reference to=Contact:ReportsTo
        OwnerId reference to=User:Owner track""", "merges")  # fmt: skip
    made.define("Account", "001", f"""
        Name string(255) required
        Type picklist of=Prospect|Customer|Partner|Other
        ParentId reference to=Account:Parent
        Website url
        Phone phone
        Industry picklist {_INDUSTRIES}
        AnnualRevenue currency
        NumberOfEmployees int
        Description longtextarea(32000)
        BillingStreet textarea
        BillingCity string(40)
        BillingState string(80)
        BillingPostalCode string(20)
        BillingCountry string(80)
        BillingCountryCode picklist only={COUNTRIES}
        LastActivityDate date ro
        MasterRecordId reference ro to=Account:MasterRecord
        OwnerId reference to=User:Owner""", "merges")  # fmt: skip
    made.kinds["lead"].fields["masterrecordid"].to = ("Lead",)
    made.kinds["contact"].fields["masterrecordid"].to = ("Contact",)
    made.define("LeadStatus", "01J", """
        MasterLabel string ro
        ApiName string ro
        SortOrder int ro
        IsDefault boolean ro default=false
        IsConverted boolean ro default=false""", "ro", "-IsDeleted")  # fmt: skip


def _deals(made: Schema) -> None:
    stages = "|".join(name.replace(" ", "_") for name, *_ in STAGES)
    made.define("Opportunity", "006", f"""
        Name string(120) required
        AccountId reference to=Account:Account
        StageName picklist of={stages} required track
        Amount currency track
        Probability percent track
        CloseDate date required track
        ExpectedRevenue currency ro
        ForecastCategory string ro
        Type picklist of=New_Business|Existing_Business
        LeadSource picklist {_SOURCES}
        CampaignId reference to=Campaign:Campaign
        Description longtextarea(32000)
        NextStep string(255)
        IsClosed boolean ro default=false
        IsWon boolean ro default=false
        LastActivityDate date ro
        ContactId reference fixed to=Contact:Contact
        OwnerId reference to=User:Owner track""")  # fmt: skip
    made.define("OpportunityContactRole", "00K", """
        OpportunityId reference fixed required to=Opportunity:Opportunity
        ContactId reference required to=Contact:Contact
        Role picklist of=Business_User|Decision_Maker|Economic_Buyer|Evaluator|Influencer|Other
        IsPrimary boolean default=false""")  # fmt: skip
    made.define("OpportunityHistory", "008", """
        OpportunityId reference ro to=Opportunity:Opportunity
        StageName string ro
        Amount currency ro
        ExpectedRevenue currency ro
        Probability percent ro
        CloseDate date ro
        ForecastCategory string ro""", "ro", *_NO_CHANGE)  # fmt: skip
    made.define("OpportunityStage", "01K", """
        MasterLabel string ro
        ApiName string ro
        SortOrder int ro
        DefaultProbability percent ro
        IsActive boolean ro default=true
        IsClosed boolean ro default=false
        IsWon boolean ro default=false""", "ro", "-IsDeleted")  # fmt: skip
    made.define("Campaign", "701", """
        Name string(80) required
        Type picklist of=Trade_Show|Webinar|Email|Other
        Status picklist of=Planned|In_Progress|Completed|Aborted default=Planned
        IsActive boolean default=false
        StartDate date
        EndDate date
        BudgetedCost currency
        ActualCost currency
        ParentId reference to=Campaign:Parent
        OwnerId reference to=User:Owner""")  # fmt: skip
    made.define("CampaignMember", "00v", """
        CampaignId reference fixed required to=Campaign:Campaign
        LeadId reference fixed to=Lead:Lead
        ContactId reference fixed to=Contact:Contact
        Status picklist of=Sent|Responded default=Sent
        HasResponded boolean ro default=false
        FirstRespondedDate date ro""")  # fmt: skip


def _activities(made: Schema) -> None:
    both = """
        WhoId reference to=Lead|Contact:Who
        WhatId reference to=Account|Opportunity|Campaign:What
        Subject string(255)
        OwnerId reference to=User:Owner
        Description longtextarea(32000)
        ActivityDate date
        IsArchived boolean ro default=false
        AccountId reference ro to=Account:Account"""
    made.define("Task", "00T", f"""{both}
        Status picklist of=Not_Started|In_Progress|Completed|Waiting_on_someone_else|Deferred default=Not_Started
        Priority picklist of=High|Normal|Low default=Normal
        Type picklist of=Call|Email|Meeting|Other
        TaskSubtype picklist only=Task|Email|Call|ListEmail|LinkedIn fixed default=Task
        CallType picklist of=Internal|Inbound|Outbound
        CallDurationInSeconds int
        CallDisposition string(255)
        IsHighPriority boolean ro default=false
        IsReminderSet boolean default=false
        ReminderDateTime datetime
        IsClosed boolean ro default=false
        CompletedDateTime datetime ro""")  # fmt: skip
    made.define("Event", "00U", f"""{both}
        Type picklist of=Call|Email|Meeting|Other
        EventSubtype string(40) fixed default=Event
        Location string(255)
        IsAllDayEvent boolean default=false
        DurationInMinutes int
        StartDateTime datetime
        EndDateTime datetime
        ActivityDateTime datetime""")  # fmt: skip


def _users(made: Schema) -> None:
    made.define("User", "005", """
        Username string(80) required
        Email email required
        FirstName string(40)
        LastName string(80) required
        Name string(121) ro
        Alias string(8)
        IsActive boolean default=true
        ManagerId reference to=User:Manager
        UserRoleId string(18)
        ProfileId string(18)
        UserType string(40) ro default=Standard
        Title string(80)
        Department string(80)
        TimeZoneSidKey string(40) default=Europe/Berlin
        LanguageLocaleKey string(40) default=de""", "-IsDeleted")  # fmt: skip
    made.define("Group", "00G", """
        Name string(40) required
        DeveloperName string(80)
        Type string(40) fixed default=Regular
        Email email""", "-IsDeleted")  # fmt: skip
    made.define("GroupMember", "011", """
        GroupId reference fixed required to=Group:Group
        UserOrGroupId reference fixed required to=User|Group""", *_ONLY_STAMP)  # fmt: skip
    made.define("Organization", "00D", """
        Name string ro
        InstanceName string ro
        IsSandbox boolean ro default=false
        OrganizationType string ro
        TimeZoneSidKey string ro
        DefaultLocaleSidKey string ro""", "ro", "-IsDeleted")  # fmt: skip
    made.define("PermissionSet", "0PS", _PERMISSIONS, "-IsDeleted")
    made.define("PermissionSetAssignment", "0Pa", """
        PermissionSetId reference fixed required to=PermissionSet:PermissionSet
        AssigneeId reference fixed required to=User:Assignee""", *_ONLY_STAMP)  # fmt: skip
    made.define("FieldPermissions", "01k", """
        ParentId reference fixed required to=PermissionSet:Parent
        SobjectType string fixed required
        Field string fixed required
        PermissionsRead boolean default=false
        PermissionsEdit boolean default=false""", *_ONLY_STAMP)  # fmt: skip
    made.define("CustomField", "00N", """
        DeveloperName string ro
        TableEnumOrId string ro
        NamespacePrefix string ro
        FullName string ro
        Metadata anytype ro""", "tooling")  # fmt: skip
