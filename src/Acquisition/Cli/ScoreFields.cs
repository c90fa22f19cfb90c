using System.Globalization;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Cli;

/// <summary>Reads the input fields of one row and remembers the first that cannot be read; the rest then does not matter.</summary>
/// <param name="names">Input columns of the table.</param>
/// <param name="fields">Their texts, in the same order.</param>
internal sealed class ScoreFields(IReadOnlyList<string> names, IReadOnlyList<string> fields)
{
    /// <summary>The refusal of the row; null while every field could be read.</summary>
    public ScoreAnswer? Refusal { get; private set; }

    /// <summary>A decimal number within bounds; null when the field is empty (or the row is refused).</summary>
    public WrittenNumber? Number(string name, WrittenNumber from, WrittenNumber to)
    {
        string text = Text(name);
        if (text.Length == 0)
        {
            return null;
        }

        if (WrittenNumber.TryRead(text, out WrittenNumber number) && number >= from && number <= to)
        {
            return number;
        }

        Refuse(name, $"a number from {from} to {to}, or empty");
        return null;
    }

    /// <summary>A decimal number within bounds that must be there.</summary>
    public WrittenNumber Needed(string name, WrittenNumber from, WrittenNumber to)
    {
        if (WrittenNumber.TryRead(Text(name), out WrittenNumber number) && number >= from && number <= to)
        {
            return number;
        }

        Refuse(name, $"a number from {from} to {to}");
        return from;
    }

    public WrittenNumber Needed(string name, int from, int to) => Needed(name, WrittenNumber.Of(from), WrittenNumber.Of(to));

    /// <summary>A decimal number above 0.</summary>
    public WrittenNumber Positive(string name, int to)
    {
        if (WrittenNumber.TryRead(Text(name), out WrittenNumber number) && number > WrittenNumber.Zero && number <= WrittenNumber.Of(to))
        {
            return number;
        }

        Refuse(name, $"a number above 0 and up to {to}");
        return WrittenNumber.Of(1);
    }

    /// <summary>A decimal number from 0, or <c>&gt;</c> and one where the print ends there.</summary>
    public (WrittenNumber Number, bool IsLowerBound) Bounded(string name, int to)
    {
        string text = Text(name);
        bool open = text is ['>', ..];
        if (WrittenNumber.TryRead(open ? text[1..] : text, out WrittenNumber number) && !number.IsNegative && number <= WrittenNumber.Of(to))
        {
            return (number, open);
        }

        Refuse(name, $"a number from 0 to {to}, or '>' and one");
        return (WrittenNumber.Zero, false);
    }

    /// <summary>One digit from 0 to <paramref name="highest"/>.</summary>
    public int Grade(string name, int highest)
    {
        if (Text(name) is [>= '0' and <= '9' and char digit] && digit - '0' <= highest)
        {
            return digit - '0';
        }

        Refuse(name, $"a whole number from 0 to {highest}");
        return 0;
    }

    /// <summary>0 or 1; null when the field is empty.</summary>
    public bool? Bit(string name)
    {
        switch (Text(name))
        {
            case "":
                return null;
            case "0":
                return false;
            case "1":
                return true;
            default:
                Refuse(name, "0 or 1");
                return null;
        }
    }

    /// <summary>One of the words; the place of it.</summary>
    public int Word(string name, params string[] words)
    {
        int place = Array.IndexOf(words, Text(name));
        if (place < 0)
        {
            Refuse(name, string.Join(" or ", words.Select(w => w.Length == 0 ? "empty" : w)));
        }

        return Math.Max(place, 0);
    }

    public bool IsEmpty(string name) => Text(name).Length == 0;

    public string Text(string name) => fields[Array.IndexOf([.. names], name)].Trim();

    /// <summary>Refuses the row because of this field: it is not what was expected.</summary>
    public void Refuse(string name, string expected) =>
        Contradict(name, $"{VectorWords.Quote(fields[Array.IndexOf([.. names], name)])} is not {expected}");

    /// <summary>Refuses the row because of this field, in other words.</summary>
    public void Contradict(string name, string why) => Refusal ??= ScoreAnswer.Refused(name, why);

    public static string Bit(bool? yes) => yes switch { null => "", true => "1", false => "0" };

    public static string Print(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";
}
