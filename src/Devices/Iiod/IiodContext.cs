using System.Text;
using System.Xml;

namespace Vascular.Devices.Iiod;

/// <summary>What a daemon has: devices, their channels and attributes. From the XML it prints, and back.</summary>
/// <remarks>Source: libiio v0.24 (xml.c, context.c). The document type stands in the text, since libiio's own client validates against it.</remarks>
/// <param name="Description">For people: kernel and machine.</param>
public sealed record IiodContext(string Description, IReadOnlyList<IiodDevice> Devices)
{
    private const string DocumentType =
        "<!ELEMENT context (device | context-attribute)*><!ELEMENT context-attribute EMPTY><!ELEMENT device (channel | attribute | debug-attribute | buffer-attribute)*>"
        + "<!ELEMENT channel (scan-element?, attribute*)><!ELEMENT attribute EMPTY><!ELEMENT scan-element EMPTY><!ELEMENT debug-attribute EMPTY><!ELEMENT buffer-attribute EMPTY>"
        + "<!ATTLIST context name CDATA #REQUIRED version-major CDATA #REQUIRED version-minor CDATA #REQUIRED version-git CDATA #REQUIRED description CDATA #IMPLIED>"
        + "<!ATTLIST context-attribute name CDATA #REQUIRED value CDATA #REQUIRED><!ATTLIST device id CDATA #REQUIRED name CDATA #IMPLIED label CDATA #IMPLIED>"
        + "<!ATTLIST channel id CDATA #REQUIRED type (input|output) #REQUIRED name CDATA #IMPLIED><!ATTLIST scan-element index CDATA #REQUIRED format CDATA #REQUIRED scale CDATA #IMPLIED>"
        + "<!ATTLIST attribute name CDATA #REQUIRED filename CDATA #IMPLIED><!ATTLIST debug-attribute name CDATA #REQUIRED><!ATTLIST buffer-attribute name CDATA #REQUIRED>";

    /// <summary>The one device that has this label, this name or this id, looked for in that order.</summary>
    /// <exception cref="IOException">None has, or several have.</exception>
    public IiodDevice Find(string word)
    {
        foreach (Func<IiodDevice, string?> by in (Func<IiodDevice, string?>[])[d => d.Label, d => d.Name, d => d.Id])
        {
            IiodDevice[] found = [.. Devices.Where(d => by(d) == word)];
            if (found.Length == 1)
            {
                return found[0];
            }

            if (found.Length > 1)
            {
                throw new IOException($"{found.Length} devices are called {word}: write the label or id of one ({string.Join(", ", found.Select(d => d.Label ?? d.Id))})");
            }
        }

        throw new IOException($"no device is called {word}; there are {string.Join(", ", Devices.Select(d => d.Label ?? d.Name ?? d.Id))}");
    }

    /// <exception cref="IOException">No context of libiio, or broken off.</exception>
    public static IiodContext Parse(Stream xml)
    {
        XmlReaderSettings settings = new() { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null, MaxCharactersInDocument = IiodCodec.LongestContext, IgnoreWhitespace = true };
        try
        {
            using XmlReader reader = XmlReader.Create(xml, settings);
            reader.MoveToContent();
            return reader.Name == "context" ? Context(reader) : throw new IOException($"a document '{reader.Name}' is no context");
        }
        catch (XmlException broken)
        {
            throw new IOException($"the context cannot be read: {broken.Message}", broken);
        }
    }

    /// <summary>The text a daemon prints: one line.</summary>
    public byte[] Write()
    {
        using MemoryStream text = new();
        XmlWriterSettings settings = new() { Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) };
        using (XmlWriter writer = XmlWriter.Create(text, settings))
        {
            writer.WriteStartDocument();
            writer.WriteDocType("context", null, null, DocumentType);
            Element(writer, "context", ("name", "local"), ("version-major", "0"), ("version-minor", "24"), ("version-git", "v0.24"), ("description", Description));
            foreach (IiodDevice device in Devices)
            {
                Write(writer, device);
            }

            writer.WriteEndElement();
        }

        return text.ToArray();
    }

    private static IiodContext Context(XmlReader reader)
    {
        string description = reader.GetAttribute("description") ?? "";
        List<IiodDevice> devices = [];
        foreach (XmlReader child in Children(reader))
        {
            if (child.Name == "device")
            {
                devices.Add(Device(child));
            }
        }

        return new IiodContext(description, devices);
    }

    private static IiodDevice Device(XmlReader reader)
    {
        IiodDevice device = new(Required(reader, "id"), reader.GetAttribute("name"), reader.GetAttribute("label"));
        List<IiodChannel> channels = [];
        List<string> own = [], buffer = [], debug = [];
        foreach (XmlReader child in Children(reader))
        {
            switch (child.Name)
            {
                case "channel":
                    channels.Add(Channel(child));
                    break;
                case "attribute":
                    own.Add(Required(child, "name"));
                    break;
                case "buffer-attribute":
                    buffer.Add(Required(child, "name"));
                    break;
                case "debug-attribute":
                    debug.Add(Required(child, "name"));
                    break;
            }
        }

        return device with { Channels = channels, Attributes = own, BufferAttributes = buffer, DebugAttributes = debug };
    }

    private static IiodChannel Channel(XmlReader reader)
    {
        IiodChannel channel = new(Required(reader, "id"), Required(reader, "type") == "output", reader.GetAttribute("name"));
        List<(string, string)> attributes = [];
        IiodScan? scan = null;
        foreach (XmlReader child in Children(reader))
        {
            if (child.Name == "attribute")
            {
                string name = Required(child, "name");
                attributes.Add((name, child.GetAttribute("filename") ?? $"{(channel.IsOutput ? "out" : "in")}_{channel.Id}_{name}"));
            }
            else if (child.Name == "scan-element")
            {
                scan = int.TryParse(Required(child, "index"), System.Globalization.CultureInfo.InvariantCulture, out int index)
                    ? new IiodScan(index, Required(child, "format"), child.GetAttribute("scale"))
                    : throw new IOException($"channel {channel.Id} has a scan element without a number");
            }
        }

        return channel with { Attributes = attributes, Scan = scan };
    }

    /// <summary>The elements right below the one the reader stands on; afterwards it stands on that one's end.</summary>
    private static IEnumerable<XmlReader> Children(XmlReader reader)
    {
        if (reader.IsEmptyElement)
        {
            yield break;
        }

        int depth = reader.Depth + 1;
        while (reader.Read() && reader.Depth >= depth)
        {
            if (reader.NodeType == XmlNodeType.Element && reader.Depth == depth)
            {
                yield return reader;
            }
        }
    }

    private static string Required(XmlReader reader, string name) =>
        reader.GetAttribute(name) ?? throw new IOException($"an element '{reader.Name}' of the context has no '{name}'");

    private static void Write(XmlWriter writer, IiodDevice device)
    {
        Element(writer, "device", ("id", device.Id), ("name", device.Name), ("label", device.Label));
        foreach (IiodChannel channel in device.Channels)
        {
            Element(writer, "channel", ("id", channel.Id), ("name", channel.Name), ("type", channel.IsOutput ? "output" : "input"));
            if (channel.Scan is { } scan)
            {
                Element(writer, "scan-element", ("index", scan.Index.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("format", scan.Format), ("scale", scan.Scale));
                writer.WriteEndElement();
            }

            foreach ((string name, string file) in channel.Attributes)
            {
                Element(writer, "attribute", ("name", name), ("filename", file));
                writer.WriteEndElement();
            }

            writer.WriteEndElement();
        }

        foreach ((string element, IReadOnlyList<string> names) in (ReadOnlySpan<(string, IReadOnlyList<string>)>)
            [("attribute", device.Attributes), ("buffer-attribute", device.BufferAttributes), ("debug-attribute", device.DebugAttributes)])
        {
            foreach (string name in names)
            {
                Element(writer, element, ("name", name));
                writer.WriteEndElement();
            }
        }

        writer.WriteEndElement();
    }

    private static void Element(XmlWriter writer, string element, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        writer.WriteStartElement(element);
        foreach ((string name, string? value) in attributes)
        {
            if (value is not null)
            {
                writer.WriteAttributeString(name, value);
            }
        }
    }
}

/// <summary>A device of a context.</summary>
/// <param name="Id">For instance <c>iio:device0</c>; changes when devices are found in another order.</param>
/// <param name="Name">The driver's name, the same for every chip of a kind.</param>
/// <param name="Label">What the board's description calls this one; null where it does not.</param>
public sealed record IiodDevice(string Id, string? Name, string? Label)
{
    public IReadOnlyList<IiodChannel> Channels { get; init; } = [];

    public IReadOnlyList<string> Attributes { get; init; } = [];

    public IReadOnlyList<string> BufferAttributes { get; init; } = [];

    public IReadOnlyList<string> DebugAttributes { get; init; } = [];
}

/// <summary>A channel of a device.</summary>
/// <param name="Id">For instance <c>voltage0</c>.</param>
public sealed record IiodChannel(string Id, bool IsOutput, string? Name)
{
    public IReadOnlyList<(string Name, string File)> Attributes { get; init; } = [];

    /// <summary>Its place in a buffered sample; null where it has none.</summary>
    public IiodScan? Scan { get; init; }
}

/// <summary>A channel's place in a buffered sample.</summary>
/// <param name="Format">For instance <c>le:S16/16&gt;&gt;0</c>.</param>
/// <param name="Scale">As text; null where none is stated.</param>
public readonly record struct IiodScan(int Index, string Format, string? Scale);
