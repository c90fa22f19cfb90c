using System.Globalization;
using Vascular.Simulators.Clock;

namespace Vascular.Simulators.Wire;

/// <summary>What a bedside line does to bytes.</summary>
public enum LineFaultKind
{
    /// <summary>Bytes are lost.</summary>
    Drop,

    /// <summary>One bit of a byte is turned over.</summary>
    Flip,

    /// <summary>Bytes come twice.</summary>
    Duplicate,

    /// <summary>A byte changes places with the one behind it.</summary>
    Reorder,

    /// <summary>The line is up and nothing comes; what the device says meanwhile is lost.</summary>
    Stall,

    /// <summary>Bytes are held back and then come all at once; none is lost.</summary>
    Burst,

    /// <summary>A host that connects hears the device from the middle of a frame on: the first bytes are missing.</summary>
    MidFrame,

    /// <summary>The line breaks, and can be had again later.</summary>
    Disconnect,
}

/// <summary>One fault of a line: what, and by chance or at a time.</summary>
/// <param name="Chance">Per byte, 0 to 1 (of <see cref="LineFaultKind.MidFrame"/>: per connection); null when it strikes once, at <paramref name="AtNs"/>.</param>
/// <param name="AtNs">Strikes the first byte from this time on; null with a chance, or for at once.</param>
/// <param name="Amount">Bytes, or seconds for stall, burst and disconnect; null for the kind's own: 1 byte, 2 s, 1 s, 5 s; mid-frame draws 1 or 2.</param>
public sealed record LineFault(LineFaultKind Kind, double? Chance = null, long? AtNs = null, double? Amount = null)
{
    private const double MostBytes = 65_536;
    private const double MostSeconds = 86_400;

    /// <summary>For people: how a fault is written.</summary>
    public const string Grammar = "KIND[=P | @S][+N]";

    private static readonly (string Word, LineFaultKind Kind)[] Words =
    [
        ("drop", LineFaultKind.Drop), ("flip", LineFaultKind.Flip), ("duplicate", LineFaultKind.Duplicate), ("reorder", LineFaultKind.Reorder),
        ("stall", LineFaultKind.Stall), ("burst", LineFaultKind.Burst), ("mid-frame", LineFaultKind.MidFrame), ("disconnect", LineFaultKind.Disconnect),
    ];

    /// <summary>Words of the kinds, for people.</summary>
    public static string Kinds => string.Join(", ", Words.Select(w => w.Word));

    /// <summary>The kind as it is written.</summary>
    public string Word => Words[(int)Kind].Word;

    /// <summary>True for a kind whose amount is seconds.</summary>
    public bool Lasts => Kind is LineFaultKind.Stall or LineFaultKind.Burst or LineFaultKind.Disconnect;

    /// <summary>Bytes or seconds, as the kind counts.</summary>
    public double AmountOr(SeededStream chance)
    {
        ArgumentNullException.ThrowIfNull(chance);
        return Amount ?? Kind switch
        {
            LineFaultKind.Stall => 2,
            LineFaultKind.Burst => 1,
            LineFaultKind.Disconnect => 5,
            LineFaultKind.MidFrame => 1 + chance.Below(2),
            _ => 1,
        };
    }

    /// <summary>Reads <c>flip=0.01</c>, <c>drop@12.5+3</c>, <c>stall=0.0001+2</c>, <c>mid-frame</c>, <c>disconnect+4</c>; S is seconds since the start.</summary>
    /// <exception cref="FormatException">It is no fault; the message says why.</exception>
    public static LineFault Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int plus = text.IndexOf('+', StringComparison.Ordinal);
        string head = plus < 0 ? text : text[..plus];
        int mark = head.IndexOfAny(['=', '@']);
        string word = mark < 0 ? head : head[..mark];
        int known = Array.FindIndex(Words, w => w.Word == word);
        if (known < 0)
        {
            throw new FormatException($"'{word}' is no fault; there are {Kinds}");
        }

        LineFault fault = new(Words[known].Kind);
        if (mark >= 0 && head[mark] == '=')
        {
            fault = fault with { Chance = Number(text, head[(mark + 1)..], 1) };
        }
        else if (mark >= 0)
        {
            fault = fault with { AtNs = Nanoseconds.FromSeconds(Number(text, head[(mark + 1)..], MostSeconds)) };
        }

        return plus < 0 ? fault : fault with { Amount = Number(text, text[(plus + 1)..], fault.Lasts ? MostSeconds : MostBytes) };
    }

    public override string ToString() =>
        Word + (Chance is { } p ? string.Create(CultureInfo.InvariantCulture, $"={p}") : AtNs is { } at ? string.Create(CultureInfo.InvariantCulture, $"@{Nanoseconds.ToSeconds(at)}") : "")
        + (Amount is { } n ? string.Create(CultureInfo.InvariantCulture, $"+{n}") : "");

    private static double Number(string fault, string text, double most) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) && value <= most
            ? value
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"'{text}' in '{fault}' is no number from 0 to {most}; write {Grammar}"));
}

/// <summary>A fault that was done to the wire.</summary>
/// <param name="Offset">Bytes the host had been given when it struck, since the start.</param>
/// <param name="Was">The byte it struck; null where there is none.</param>
/// <param name="Now">What became of it, for a flip.</param>
/// <param name="Amount">Bytes cut or lost, or seconds.</param>
/// <param name="Over">It has ended: <paramref name="Amount"/> is the bytes it lost or held.</param>
public readonly record struct AppliedFault(long AtNs, long Offset, LineFault Fault, byte? Was = null, byte? Now = null, double? Amount = null, bool Over = false)
{
    /// <summary>One line of JSON for the truth file.</summary>
    /// <param name="device">Whose line it was.</param>
    public string ToJson(string device)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{{\"at_s\":{Nanoseconds.ToSeconds(AtNs):F6},\"device\":\"{device}\",\"bytes\":{Offset},\"fault\":\"{Fault.Word}\"");
        text += Was is { } was ? $",\"was\":\"{was:X2}\"" : "";
        text += Now is { } now ? $",\"now\":\"{now:X2}\"" : "";
        text += Amount is { } amount ? string.Create(CultureInfo.InvariantCulture, $",\"{(Over || !Fault.Lasts ? "count" : "seconds")}\":{amount}") : "";
        return text + (Over ? ",\"over\":true}" : "}");
    }
}
