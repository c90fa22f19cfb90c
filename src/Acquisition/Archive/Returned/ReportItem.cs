using Vascular.Devices.Dicom;

namespace Vascular.Acquisition.Archive.Returned;

/// <summary>A content item of a structured report (PS3.3 C.17.3): how it relates to its parent, what it is, and what hangs on it.</summary>
internal sealed class ReportItem
{
    private readonly string? relationship;
    private readonly string type;
    private readonly Action<DataSet> value;
    private readonly Coded? name;
    private readonly List<ReportItem> children = [];

    private ReportItem(string? relationship, string type, Coded? name, Action<DataSet> value) =>
        (this.relationship, this.type, this.name, this.value) = (relationship, type, name, value);

    public static ReportItem Root(Coded title) => new(null, "CONTAINER", title, Container);

    public static ReportItem Group(Coded name, string? template = null) => new("CONTAINS", "CONTAINER", name, data =>
    {
        Container(data);
        if (template is not null)
        {
            data.Items(new(0x0040, 0xA504), Template(template));
        }
    });

    public static ReportItem Code(string relationship, Coded name, Coded what) =>
        new(relationship, "CODE", name, data => data.Items(new(0x0040, 0xA168), what.ToDataSet()));

    public static ReportItem Text(string relationship, Coded name, string text) =>
        new(relationship, "TEXT", name, data => data.Text(new(0x0040, 0xA160), "UT", text));

    public static ReportItem Person(string relationship, Coded name, string person) =>
        new(relationship, "PNAME", name, data => data.Text(new(0x0040, 0xA123), "PN", person));

    public static ReportItem Uid(string relationship, Coded name, string uid) =>
        new(relationship, "UIDREF", name, data => data.Text(new(0x0040, 0xA124), "UI", uid));

    public static ReportItem Number(string relationship, Coded name, double number, Coded unit) => new(relationship, "NUM", name, data =>
        data.Items(new(0x0040, 0xA300), new DataSet().Items(new(0x0040, 0x08EA), unit.ToDataSet()).Decimal(new(0x0040, 0xA30A), number)));

    /// <summary>Another object: an image, a waveform or a document.</summary>
    public static ReportItem Object(string type, string sopClass, string instance) => new("CONTAINS", type, null, data => Refer(data, sopClass, instance));

    public static ReportItem Object(string type, Coded name, string sopClass, string instance) => new("CONTAINS", type, name, data => Refer(data, sopClass, instance));

    public static DataSet Template(string identifier) => new DataSet().Text(new(0x0008, 0x0105), "CS", "DCMR").Text(new(0x0040, 0xDB00), "CS", identifier);

    public ReportItem Add(params IEnumerable<ReportItem> items)
    {
        children.AddRange(items);
        return this;
    }

    /// <summary>Puts this item and everything below into a data set; the root into that of its document.</summary>
    public DataSet Write(DataSet data)
    {
        if (relationship is not null)
        {
            data.Text(new(0x0040, 0xA010), "CS", relationship);
        }

        data.Text(new(0x0040, 0xA040), "CS", type);
        if (name is not null)
        {
            data.Items(new(0x0040, 0xA043), name.ToDataSet());
        }

        value(data);
        return children.Count == 0 ? data : data.Items(new(0x0040, 0xA730), [.. children.Select(child => child.Write(new DataSet()))]);
    }

    private static void Container(DataSet data) => data.Text(new(0x0040, 0xA050), "CS", "SEPARATE");

    private static void Refer(DataSet data, string sopClass, string instance) =>
        data.Items(new(0x0008, 0x1199), new DataSet().Text(new(0x0008, 0x1150), "UI", sopClass).Text(new(0x0008, 0x1155), "UI", instance));
}
