using System.Buffers;

namespace Vascular.Devices.Pcd01;

/// <summary>The ids by which a message and its acknowledgement know each other, without reading the rest.</summary>
internal static class Hl7Ids
{
    /// <summary>MSH-10 of a message; empty when there is none.</summary>
    internal static string Control(in ReadOnlySequence<byte> message) => Of(message.IsSingleSegment ? message.FirstSpan : message.ToArray(), "MSH", 10);

    /// <summary>MSA-2 of an acknowledgement; empty when there is none.</summary>
    internal static string Acknowledged(ReadOnlySpan<byte> message) => Of(message, "MSA", 2);

    private static string Of(ReadOnlySpan<byte> message, string segment, int field)
    {
        if (message.Length < 9 || !message.StartsWith("MSH"u8))
        {
            return "";
        }

        Hl7Separators separators = new(message[3], message[4], message[5], message[6], message[7]);
        foreach (Range part in message.SplitAny((byte)'\r', (byte)'\n'))
        {
            Hl7Segment candidate = new(message[part], separators);
            if (candidate.Is(segment))
            {
                return candidate.Text(field);
            }
        }

        return "";
    }
}
