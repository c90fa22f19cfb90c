using System.Text;

namespace Vascular.Acquisition.Publishing.Mqtt;

/// <summary>How large a letter is as an MQTT 5 PUBLISH packet: what a broker's Maximum Packet Size is compared with.</summary>
/// <remarks>Source: MQTT 5.0, 3.3 (layout) and 3.2.2.3.6 (the whole packet counts, its fixed header included).</remarks>
public static class PacketSize
{
    /// <summary>Fixed header 5, length of topic 2, packet identifier 2, length of properties 4, and every property that has a fixed size.</summary>
    private const int Fixed = 64;

    /// <summary>One byte for the kind, two for each length.</summary>
    private const int UserProperty = 5;

    /// <summary>Upper bound of the whole packet, bytes.</summary>
    public static long Of(Letter letter)
    {
        ArgumentNullException.ThrowIfNull(letter);
        return Fixed + letter.Body.Length + letter.Correlation.Length + Bytes(letter.ReplyTo ?? "") + Bytes(letter.Topic) + Bytes(letter.ContentType)
            + letter.Properties.Sum(p => (long)UserProperty + Bytes(p.Name) + Bytes(p.Value));
    }

    private static int Bytes(string text) => Encoding.UTF8.GetByteCount(text);
}
