using System.Globalization;
using Vascular.Processing.Pressures;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Cli;

/// <summary>The words of the vector tables (<c>nc</c>, <c>flat</c>, <c>>254</c>) and the states they stand for: the one place that knows both.</summary>
public static class VectorWords
{
    /// <summary>The <c>pt_state</c> and <c>dp_state</c> words: as everywhere, except that a non-compressible artery is <c>nc</c>.</summary>
    public static string State(MeasurementState state) => state == MeasurementState.AboveLimit ? "nc" : state.Word();

    /// <summary>An arm: a number, or empty when it could not be used.</summary>
    public static bool TryReadArm(string text, out int? mmHg, out string error)
    {
        ArgumentNullException.ThrowIfNull(text);
        (mmHg, error) = (null, "");
        string field = text.Trim();
        if (field.Length == 0)
        {
            return true;
        }

        if (PressureText.TryRead(field, out int printed) && printed > 0)
        {
            mmHg = printed;
            return true;
        }

        error = Refusal(text, $"a number of mmHg above 0 and up to {VesselPressure.HighestMmHg}, or empty");
        return false;
    }

    /// <summary>An ankle artery: a number, <c>>LIMIT</c>, <c>&lt;FLOOR</c>, <c>absent</c>, or empty when not done.</summary>
    public static bool TryReadAnkle(string text, out VesselPressure vessel, out string error) => TryRead(text, Ankle, out vessel, out error);

    /// <summary>A toe: a number, <c>>LIMIT</c>, <c>&lt;FLOOR</c>, <c>flat</c>, <c>amputated</c>, or empty when not done.</summary>
    public static bool TryReadToe(string text, out VesselPressure vessel, out string error) => TryRead(text, Toe, out vessel, out error);

    private static readonly (string Word, VesselPressure Meaning)[] Ankle = [("absent", VesselPressure.NoFlow)];

    private static readonly (string Word, VesselPressure Meaning)[] Toe =
    [
        ("flat", VesselPressure.NoFlow),
        ("amputated", new VesselPressure.Without(MeasurementState.Amputated)),
    ];

    private static bool TryRead(string text, (string Word, VesselPressure Meaning)[] words, out VesselPressure vessel, out string error)
    {
        string field = text.Trim();
        VesselPressure? read = field.Length == 0 ? VesselPressure.NotDone
            : field[0] == '>' ? AboveLimit(field[1..])
            : field[0] == '<' ? BelowLimit(field[1..])
            : PressureText.TryRead(field, out int mmHg) ? new VesselPressure.Measured(mmHg)
            : Array.Find(words, w => w.Word == field).Meaning;
        vessel = read ?? VesselPressure.NotDone;
        error = read is not null ? "" : Refusal(text, $"a number of mmHg from 0 to {VesselPressure.HighestMmHg}, '>' and a whole cuff limit, '<' and a whole floor, "
            + $"{string.Join(", ", words.Select(w => w.Word))}, or empty");
        return read is not null;
    }

    /// <summary>A cuff limit is a whole number: a bound built on a rounded-up limit would overstate.</summary>
    private static VesselPressure.AboveLimit? AboveLimit(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int limit) && limit is > 0 and <= VesselPressure.HighestMmHg
            ? new VesselPressure.AboveLimit(limit)
            : null;

    /// <summary>The floor of method or sensor: a whole number, like the limit.</summary>
    internal static VesselPressure.BelowLimit? BelowLimit(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int limit) && limit is > 0 and <= VesselPressure.HighestMmHg
            ? new VesselPressure.BelowLimit(limit)
            : null;

    /// <summary>A field as it is shown in a refusal: quoted, on one line, and not longer than a person reads.</summary>
    public static string Quote(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string shown = text.Length > 40 ? text[..40] + "..." : text;
        return $"'{string.Concat(shown.Select(c => char.IsControl(c) ? ' ' : c))}'";
    }

    private static string Refusal(string text, string expected) => $"{Quote(text)} is not {expected}";
}
