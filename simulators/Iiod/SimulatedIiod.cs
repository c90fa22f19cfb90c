using System.Globalization;
using System.Text;
using System.Xml;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Tcm;

namespace Vascular.Simulators.Iiod;

/// <summary>A board with one ADS1115 for each TCM4/40, as its iiod shows it. Every connection to it is an <see cref="IiodSession"/>.</summary>
/// <remarks>Names, channels and scan indices are those of the kernel's ads1015 driver; the label of a converter is the monitor's name. Scale and rate are fixed:
/// 2.048 V full scale, 128 conversions a second.</remarks>
public sealed class SimulatedIiod
{
    /// <summary>mV per count.</summary>
    public const double MilliVoltsPerCount = 0.0625;

    public const int SamplesPerSecond = 128;

    internal const int Inputs = 4;

    private const int FirstScanIndex = 4;
    private const int TimestampScanIndex = 8;
    private const string DriverName = "ads1015";
    private const string Description = "simulated: converters on the analogue outputs of TCM4/40 monitors, no patient";
    private const string DocumentType =
        "<!ELEMENT context (device | context-attribute)*><!ELEMENT context-attribute EMPTY><!ELEMENT device (channel | attribute | debug-attribute | buffer-attribute)*>"
        + "<!ELEMENT channel (scan-element?, attribute*)><!ELEMENT attribute EMPTY><!ELEMENT scan-element EMPTY><!ELEMENT debug-attribute EMPTY><!ELEMENT buffer-attribute EMPTY>"
        + "<!ATTLIST context name CDATA #REQUIRED version-major CDATA #REQUIRED version-minor CDATA #REQUIRED version-git CDATA #REQUIRED description CDATA #IMPLIED>"
        + "<!ATTLIST context-attribute name CDATA #REQUIRED value CDATA #REQUIRED><!ATTLIST device id CDATA #REQUIRED name CDATA #IMPLIED label CDATA #IMPLIED>"
        + "<!ATTLIST channel id CDATA #REQUIRED type (input|output) #REQUIRED name CDATA #IMPLIED><!ATTLIST scan-element index CDATA #REQUIRED format CDATA #REQUIRED scale CDATA #IMPLIED>"
        + "<!ATTLIST attribute name CDATA #REQUIRED filename CDATA #IMPLIED><!ATTLIST debug-attribute name CDATA #REQUIRED><!ATTLIST buffer-attribute name CDATA #REQUIRED>";

    private static readonly string[] AttributeNames = ["raw", "sampling_frequency", "scale"];

    private readonly List<SimulatedTcm> monitors;

    /// <param name="utcAtStart">What the board's clock says at time 0, for the timestamps of buffered samples.</param>
    public SimulatedIiod(IEnumerable<SimulatedTcm> monitors, DateTimeOffset utcAtStart)
    {
        this.monitors = [.. monitors];
        UtcAtStartNs = (utcAtStart - DateTimeOffset.UnixEpoch).Ticks * 100;
        ContextXml = Context();
    }

    /// <summary>What the daemon prints: devices, channels and attributes, on one line.</summary>
    public byte[] ContextXml { get; }

    /// <summary>ns since 1970.</summary>
    public long UtcAtStartNs { get; }

    /// <summary>Number of the device a command names, by id, label or name; null when there is none.</summary>
    public int? Find(string word)
    {
        for (int n = 0; n < monitors.Count; n++)
        {
            if (word == Id(n) || word == monitors[n].Name || word == DriverName)
            {
                return n;
            }
        }

        return null;
    }

    /// <summary>An attribute as its file in sysfs reads, without the line end; null when there is no such attribute.</summary>
    public string? Read(int device, int input, string attribute, long atNs) => attribute switch
    {
        "raw" => Count(device, input, atNs).ToString(CultureInfo.InvariantCulture),
        "scale" => "0.062500000",
        "sampling_frequency" => SamplesPerSecond.ToString(CultureInfo.InvariantCulture),
        _ => null,
    };

    /// <summary>Count of one conversion.</summary>
    public short Count(int device, int input, long atNs) =>
        (short)Math.Clamp(Math.Floor((monitors[device].MilliVolts(input, atNs) / MilliVoltsPerCount) + 0.5), short.MinValue, short.MaxValue);

    private static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"iio:device{number}");

    /// <summary>Source: libiio v0.24 (xml.c, context.c, iio.dtd). The document type stands in the text, since libiio's own client validates against it.</summary>
    private byte[] Context()
    {
        using MemoryStream text = new();
        using (XmlWriter xml = XmlWriter.Create(text, new XmlWriterSettings { Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) }))
        {
            xml.WriteStartDocument();
            xml.WriteDocType("context", null, null, DocumentType);
            Open(xml, "context", "name", "local", "version-major", "0", "version-minor", "24", "version-git", "v0.24", "description", Description);
            for (int n = 0; n < monitors.Count; n++)
            {
                Open(xml, "device", "id", Id(n), "name", DriverName, "label", monitors[n].Name);
                for (int input = 0; input < Inputs; input++)
                {
                    Channel(xml, input);
                }

                Open(xml, "channel", "id", "timestamp", "type", "input");
                Leaf(xml, "scan-element", "index", Number(TimestampScanIndex), "format", "le:S64/64>>0");
                xml.WriteEndElement();
                Leaf(xml, "buffer-attribute", "name", "data_available");
                Leaf(xml, "buffer-attribute", "name", "direction");
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        return text.ToArray();
    }

    private static void Channel(XmlWriter xml, int input)
    {
        Open(xml, "channel", "id", $"voltage{Number(input)}", "type", "input");
        Leaf(xml, "scan-element", "index", Number(FirstScanIndex + input), "format", "le:S16/16>>0", "scale", "0.062500");
        foreach (string attribute in AttributeNames)
        {
            Leaf(xml, "attribute", "name", attribute, "filename", $"in_voltage{Number(input)}_{attribute}");
        }

        xml.WriteEndElement();
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static void Leaf(XmlWriter xml, string element, params ReadOnlySpan<string> attributes)
    {
        Open(xml, element, attributes);
        xml.WriteEndElement();
    }

    private static void Open(XmlWriter xml, string element, params ReadOnlySpan<string> attributes)
    {
        xml.WriteStartElement(element);
        for (int n = 0; n < attributes.Length; n += 2)
        {
            xml.WriteAttributeString(attributes[n], attributes[n + 1]);
        }
    }
}
