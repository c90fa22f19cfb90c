using System.Globalization;
using System.Text;
using System.Xml;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Tcm;

namespace Vascular.Simulators.Iiod;

/// <summary>A board with its devices, as its iiod shows it. Every connection to it is an <see cref="IiodSession"/>.</summary>
public sealed class SimulatedIiod
{
    private const string DocumentType =
        "<!ELEMENT context (device | context-attribute)*><!ELEMENT context-attribute EMPTY><!ELEMENT device (channel | attribute | debug-attribute | buffer-attribute)*>"
        + "<!ELEMENT channel (scan-element?, attribute*)><!ELEMENT attribute EMPTY><!ELEMENT scan-element EMPTY><!ELEMENT debug-attribute EMPTY><!ELEMENT buffer-attribute EMPTY>"
        + "<!ATTLIST context name CDATA #REQUIRED version-major CDATA #REQUIRED version-minor CDATA #REQUIRED version-git CDATA #REQUIRED description CDATA #IMPLIED>"
        + "<!ATTLIST context-attribute name CDATA #REQUIRED value CDATA #REQUIRED><!ATTLIST device id CDATA #REQUIRED name CDATA #IMPLIED label CDATA #IMPLIED>"
        + "<!ATTLIST channel id CDATA #REQUIRED type (input|output) #REQUIRED name CDATA #IMPLIED><!ATTLIST scan-element index CDATA #REQUIRED format CDATA #REQUIRED scale CDATA #IMPLIED>"
        + "<!ATTLIST attribute name CDATA #REQUIRED filename CDATA #IMPLIED><!ATTLIST debug-attribute name CDATA #REQUIRED><!ATTLIST buffer-attribute name CDATA #REQUIRED>";

    /// <summary>A board with one ADS1115 for each TCM4/40 (<see cref="TcmConverter"/>).</summary>
    /// <param name="utcAtStart">What the board's clock says at time 0, for the timestamps of buffered samples.</param>
    public SimulatedIiod(IEnumerable<SimulatedTcm> monitors, DateTimeOffset utcAtStart)
        : this([.. monitors.Select(m => new TcmConverter(m, (utcAtStart - DateTimeOffset.UnixEpoch).Ticks * 100))], "simulated: converters on the analogue outputs of TCM4/40 monitors, no patient")
    {
    }

    /// <param name="description">What the board is, for people.</param>
    public SimulatedIiod(IReadOnlyList<ISimulatedIio> devices, string description)
    {
        ArgumentNullException.ThrowIfNull(devices);
        Devices = devices;
        ContextXml = Context(description);
    }

    /// <summary>In the order of the context.</summary>
    public IReadOnlyList<ISimulatedIio> Devices { get; }

    /// <summary>What the daemon prints: devices, channels and attributes, on one line.</summary>
    public byte[] ContextXml { get; }

    /// <summary>Number of the device a command names, by id, label or name; null when there is none.</summary>
    public int? Find(string word)
    {
        for (int n = 0; n < Devices.Count; n++)
        {
            if (word == Id(n) || word == Devices[n].Label || word == Devices[n].DriverName)
            {
                return n;
            }
        }

        return null;
    }

    private static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"iio:device{number}");

    /// <summary>Source: libiio v0.24 (xml.c, context.c, iio.dtd). The document type stands in the text, since libiio's own client validates against it.</summary>
    private byte[] Context(string description)
    {
        using MemoryStream text = new();
        using (XmlWriter xml = XmlWriter.Create(text, new XmlWriterSettings { Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) }))
        {
            xml.WriteStartDocument();
            xml.WriteDocType("context", null, null, DocumentType);
            Open(xml, "context", "name", "local", "version-major", "0", "version-minor", "24", "version-git", "v0.24", "description", description);
            for (int n = 0; n < Devices.Count; n++)
            {
                ISimulatedIio device = Devices[n];
                Open(xml, "device", [.. (string[])["id", Id(n), "name", device.DriverName], .. device.Label is { } label ? (string[])["label", label] : []]);
                foreach (SimulatedIioChannel channel in device.Channels)
                {
                    Channel(xml, channel);
                }

                if (device.SamplesPerSecond > 0)
                {
                    Leaf(xml, "buffer-attribute", "name", "data_available");
                    Leaf(xml, "buffer-attribute", "name", "direction");
                }

                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        return text.ToArray();
    }

    private static void Channel(XmlWriter xml, SimulatedIioChannel channel)
    {
        Open(xml, "channel", "id", channel.Id, "type", "input");
        if (channel.Format is { } format)
        {
            Leaf(xml, "scan-element", [.. (string[])["index", Number(channel.ScanIndex), "format", format], .. channel.ScanScale is { } scale ? (string[])["scale", scale] : []]);
        }

        foreach ((string name, string file) in channel.Attributes)
        {
            Leaf(xml, "attribute", "name", name, "filename", file);
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
