using System.Text;

namespace Vascular.Devices.Pcd01;

/// <summary>The characters a message says it separates its parts with (MSH-1 and MSH-2).</summary>
/// <param name="Repetition">Of whole fields.</param>
public readonly record struct Hl7Separators(byte Field, byte Component, byte Repetition, byte Escape, byte Subcomponent);

/// <summary>One segment of an HL7 v2 message: fields by number, components by number, escapes taken back.</summary>
/// <remarks>Enough of HL7 v2 for PCD-01: the first repetition of a field is read. Numbers count from 1 as in the standard, where MSH-1 is the field separator
/// itself (not given out here). What is not there is empty.</remarks>
public readonly ref struct Hl7Segment(ReadOnlySpan<byte> text, in Hl7Separators separators)
{
    private readonly ReadOnlySpan<byte> _text = text;
    private readonly Hl7Separators _separators = separators;

    /// <summary>Three letters.</summary>
    public ReadOnlySpan<byte> Name => _text.Length >= 3 ? _text[..3] : _text;

    public bool Is(string name) => _text.Length >= 3 && Ascii.Equals(_text[..3], name) && (_text.Length == 3 || _text[3] == _separators.Field);

    /// <summary>A whole field as sent, its first repetition; empty when it is not there.</summary>
    public ReadOnlySpan<byte> Field(int number)
    {
        int skip = Is("MSH") ? number - 1 : number;
        if (skip < 1)
        {
            return default;
        }

        ReadOnlySpan<byte> field = Part(_text, _separators.Field, skip);
        return Is("MSH") && number == 2 ? field : Part(field, _separators.Repetition, 0);
    }

    /// <summary>One component of a field in plain text.</summary>
    public string Text(int field, int component = 1) => Unescape(Part(Field(field), _separators.Component, component - 1));

    private static ReadOnlySpan<byte> Part(ReadOnlySpan<byte> text, byte separator, int skip)
    {
        for (; skip > 0; skip--)
        {
            int at = text.IndexOf(separator);
            if (at < 0)
            {
                return default;
            }

            text = text[(at + 1)..];
        }

        int end = text.IndexOf(separator);
        return end < 0 ? text : text[..end];
    }

    /// <summary>Takes back the five escapes of a separator; any other stays as it was sent.</summary>
    private string Unescape(ReadOnlySpan<byte> text)
    {
        if (text.IndexOf(_separators.Escape) < 0)
        {
            return Encoding.UTF8.GetString(text);
        }

        byte[] plain = new byte[text.Length];
        int count = 0;
        for (int i = 0; i < text.Length; i++)
        {
            bool escaped = text[i] == _separators.Escape && i + 2 < text.Length && text[i + 2] == _separators.Escape;
            byte? meant = !escaped ? null : text[i + 1] switch
            {
                (byte)'F' => _separators.Field,
                (byte)'S' => _separators.Component,
                (byte)'R' => _separators.Repetition,
                (byte)'E' => _separators.Escape,
                (byte)'T' => _separators.Subcomponent,
                _ => null,
            };
            plain[count++] = meant ?? text[i];
            i += meant is null ? 0 : 2;
        }

        return Encoding.UTF8.GetString(plain, 0, count);
    }
}
