using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vascular.Acquisition.Capture;

/// <summary>One spelling for each JSON value, so that equal values have equal bytes and one SHA-256: settings, acts and findings on the tape.</summary>
/// <remarks>
/// UTF-8 without a byte order mark or white space; members ordered by their names' UTF-16 code units; strings escape only the quotation mark,
/// the reverse solidus and characters below U+0020; a number that is a 64-bit integer is written as one, any other as the shortest decimal
/// that reads back to the same double. A double that must survive bit for bit is written with <see cref="Bits(double?)"/> instead.
/// </remarks>
public static class CanonicalJson
{
    private const string Hex = "0123456789abcdef";
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="FormatException">A number is not finite or beyond a double, or a text holds half a surrogate pair.</exception>
    public static byte[] Write(JsonNode? value)
    {
        StringBuilder text = new();
        Write(value, text);
        try
        {
            return Strict.GetBytes(text.ToString());
        }
        catch (EncoderFallbackException e)
        {
            throw new FormatException("A text is not Unicode.", e);
        }
    }

    /// <summary>Reads JSON, canonical or not. A member named twice is refused.</summary>
    /// <exception cref="FormatException">It is not one JSON value in UTF-8.</exception>
    public static JsonNode? Read(ReadOnlySpan<byte> utf8)
    {
        try
        {
            Utf8JsonReader reader = new(utf8);
            JsonNode? value = JsonNode.Parse(ref reader);
            while (reader.Read())
            {
                throw new FormatException("More follows the JSON value.");
            }

            // members are looked at only when they are asked for: ask now, so that a doubled name is found here
            Write(value, new StringBuilder());
            return value;
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            throw new FormatException($"It is not JSON: {e.Message}", e);
        }
    }

    /// <summary>SHA-256 in lower-case hexadecimal.</summary>
    public static string Sha256(ReadOnlySpan<byte> canonical) => Convert.ToHexStringLower(SHA256.HashData(canonical));

    /// <summary>A double as the 16 lower-case hexadecimal digits of its IEEE 754 bits, most significant first; null stays null.</summary>
    public static JsonNode? Bits(double? value) =>
        value is { } number ? JsonValue.Create(BitConverter.DoubleToUInt64Bits(number).ToString("x16", CultureInfo.InvariantCulture)) : null;

    /// <summary>The double <see cref="Bits(double?)"/> wrote.</summary>
    /// <exception cref="FormatException">It is not 16 lower-case hexadecimal digits.</exception>
    public static double? FromBits(JsonNode? bits)
    {
        if (bits is null)
        {
            return null;
        }

        return bits is JsonValue value && value.TryGetValue(out string? digits) && digits.Length == 16 && digits.All(Hex.Contains)
            ? BitConverter.UInt64BitsToDouble(ulong.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))
            : throw new FormatException($"{bits.ToJsonString()} is not the 16 hexadecimal digits of a double.");
    }

    private static void Write(JsonNode? value, StringBuilder text)
    {
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case JsonObject members:
                WriteMembers(members, text);
                break;
            case JsonArray elements:
                text.Append('[');
                for (int i = 0; i < elements.Count; i++)
                {
                    text.Append(i == 0 ? "" : ",");
                    Write(elements[i], text);
                }

                text.Append(']');
                break;
            default:
                WriteValue(value, text);
                break;
        }
    }

    private static void WriteMembers(JsonObject members, StringBuilder text)
    {
        char before = '{';
        foreach ((string name, JsonNode? member) in members.OrderBy(member => member.Key, StringComparer.Ordinal))
        {
            text.Append(before);
            WriteString(name, text);
            text.Append(':');
            Write(member, text);
            before = ',';
        }

        text.Append(before == '{' ? "{}" : "}");
    }

    private static void WriteValue(JsonNode value, StringBuilder text)
    {
        switch (value.GetValueKind())
        {
            case JsonValueKind.String:
                WriteString(value.GetValue<string>(), text);
                break;
            case JsonValueKind.Number:
                text.Append(Number(value));
                break;
            default:
                text.Append(value.ToJsonString());
                break;
        }
    }

    private static string Number(JsonNode value)
    {
        string written;
        try
        {
            written = value.ToJsonString();
        }
        catch (ArgumentException e)
        {
            throw new FormatException("A number is not finite.", e);
        }

        if (long.TryParse(written, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long integer))
        {
            return integer.ToString(CultureInfo.InvariantCulture);
        }

        double number = double.Parse(written, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (!double.IsFinite(number))
        {
            throw new FormatException($"The number {written} is beyond a double.");
        }

        return number == Math.Floor(number) && Math.Abs(number) < 1L << 53
            ? ((long)number).ToString(CultureInfo.InvariantCulture)
            : number.ToString("R", CultureInfo.InvariantCulture);
    }

    private static void WriteString(string value, StringBuilder text)
    {
        text.Append('"');
        foreach (char c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                < ' ' => text.Append("\\u00").Append(Hex[c >> 4]).Append(Hex[c & 15]),
                _ => text.Append(c),
            };
        }

        text.Append('"');
    }
}
