using System.Globalization;
using System.Text.Json;
using Vascular.Processing.Outcomes;
using Vascular.Processing.Pressures;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Examinations;

/// <summary>A day as it was written: to the day, the month or the year. What was not written is not invented; on a time line it lies in the middle of what it names.</summary>
public readonly record struct WrittenDate(DateOnly Middle, string Text)
{
    /// <exception cref="FormatException">Not <c>2018</c>, <c>2018-04</c> or <c>2018-04-15</c>.</exception>
    public static WrittenDate Parse(string? text) => text switch
    {
        { Length: 10 } when DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day) => new(day, text),
        { Length: 7 } when DateOnly.TryParseExact(text + "-15", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly middle) => new(middle, text),
        { Length: 4 } when DateOnly.TryParseExact(text + "-07-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly middle) => new(middle, text),
        _ => throw new FormatException($"'{text}' is no date: write 2018, 2018-04 or 2018-04-15"),
    };
}

/// <param name="Kind"><c>procedure</c>, <c>circuit_occlusion</c>, <c>minor_amputation</c>, <c>major_amputation</c>, <c>wound_healed</c>, <c>reintervention</c>, <c>death</c>, <c>other</c>.</param>
public sealed record CourseEvent(WrittenDate Date, int Day, string Kind, string Words);

/// <summary>The course of one limb around a procedure, as a file describes it; what the rules make of it comes with it.</summary>
public sealed record LimbCourse
{
    public static readonly IReadOnlyList<string> Kinds = ["circuit_occlusion", "minor_amputation", "major_amputation", "wound_healed", "reintervention", "death", "other"];

    private static readonly string[] Tests = ["ABI", "TBI", "TP", "TcPO2"];

    public required string Title { get; init; }

    public required Side Side { get; init; }

    /// <summary>Whose it is and what it was gathered from, in words; null where the title says it.</summary>
    public string? Whose { get; init; }

    /// <summary>Null while none is known: nothing is then after it, so nothing is judged and nothing due.</summary>
    public required WrittenDate? Procedure { get; init; }

    /// <summary>Any value of it came from a simulator.</summary>
    public bool Simulated { get; init; }

    public required IReadOnlyList<(WrittenDate Date, FollowedValue Value)> Measured { get; init; }

    public required IReadOnlyList<CourseEvent> Events { get; init; }

    public static string Word(FollowedTest test) => Tests[(int)test];

    /// <summary>A test with the artery or site it is followed at.</summary>
    public static string Word(FollowedRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return run.Place.Length > 0 ? $"{Word(run.Test)}, {run.Place}" : Word(run.Test);
    }

    /// <summary>Days since the procedure.</summary>
    public int? Today(DateOnly today) => Procedure is { } procedure ? today.DayNumber - procedure.Middle.DayNumber : null;

    /// <summary>The visits of the plan and how each stands on a day; none without a procedure.</summary>
    public IReadOnlyList<(PlannedVisit Visit, VisitStanding Standing)> Plan(DateOnly today) =>
        Today(today) is { } day ? [.. PlannedVisit.Plan.Select(v => (v, v.Standing(Measured.Select(m => m.Value.Day), day)))] : [];

    /// <summary>A change with its sign: two decimals of an index, as it is of a pressure.</summary>
    public static string Signed(FollowedChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        string number = change.To.Test is FollowedTest.AnkleIndex or FollowedTest.ToeIndex
            ? ((decimal)change.Change.Hundredths / 100).ToString("0.00", CultureInfo.InvariantCulture)
            : change.Change.ToString();
        return change.Change.IsNegative ? number : "+" + number;
    }

    /// <summary>The date a value was written with.</summary>
    public string DateOf(FollowedValue value) => Measured.First(m => ReferenceEquals(m.Value, value)).Date.Text;

    /// <exception cref="FormatException">The text is no such object; the message names the place.</exception>
    public static LimbCourse Parse(string json, RuleSet rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            JsonElement root = document.RootElement;
            WrittenDate procedure = WrittenDate.Parse(Text(root, "procedure"));
            return new LimbCourse
            {
                Title = Text(root, "title") ?? "Course of a limb",
                Side = Text(root, "side") switch { "right" => Side.Right, "left" => Side.Left, _ => throw new FormatException("side: write \"right\" or \"left\"") },
                Procedure = procedure,
                Measured = [.. Items(root, "measured").Select((m, i) => Measure(m, i, procedure, rules))],
                Events = [.. Items(root, "events").Select((e, i) => Event(e, i, procedure))],
            };
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            throw new FormatException(broken.Message.TrimEnd('.'), broken);
        }
    }

    private static (WrittenDate, FollowedValue) Measure(JsonElement entry, int index, WrittenDate procedure, RuleSet rules)
    {
        string place = string.Create(CultureInfo.InvariantCulture, $"measured[{index}]");
        WrittenDate date = WrittenDate.Parse(Text(entry, "date"));
        string written = entry.TryGetProperty("value", out JsonElement value) ? (value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText()) : "";
        string method = Text(entry, "method") ?? "";
        (FollowedTest test, WrittenNumber number) = ReadValue(place, Text(entry, "test"), written, rules);

        return method.Length == 0
            ? throw new FormatException($"{place}.method is missing: say method, site and sensor, so that only like is compared with like")
            : (date, new FollowedValue(test, date.Middle.DayNumber - procedure.Middle.DayNumber - (Text(entry, "before") == "yes" ? 1 : 0), method, number));
    }

    /// <summary>A test and its value as people write them.</summary>
    /// <param name="place">For the refusal: <c>measured[1]</c>.</param>
    /// <exception cref="FormatException">No such test, or no number it can have.</exception>
    public static (FollowedTest Test, WrittenNumber Value) ReadValue(string place, string? test, string written, RuleSet rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        int known = Array.IndexOf(Tests, test);
        int highest = known switch { 0 or 1 => 10, 2 => VesselPressure.HighestMmHg, _ => rules.Oxygen.HighestMmHg };
        if (known < 0)
        {
            throw new FormatException($"{place}.test: write {string.Join(", ", Tests)}");
        }

        return WrittenNumber.TryRead(written, out WrittenNumber number) && !number.IsNegative && number <= WrittenNumber.Of(highest)
            ? ((FollowedTest)known, number)
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{place}.value: '{written}' is no number from 0 to {highest}; leave out what was not measured"));
    }

    private static CourseEvent Event(JsonElement entry, int index, WrittenDate procedure)
    {
        WrittenDate date = WrittenDate.Parse(Text(entry, "date"));
        string kind = Text(entry, "kind") ?? "";
        return Kinds.Contains(kind)
            ? new(date, date.Middle.DayNumber - procedure.Middle.DayNumber, kind, Text(entry, "says") ?? "")
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"events[{index}].kind: write {string.Join(", ", Kinds)}"));
    }

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    private static JsonElement.ArrayEnumerator Items(JsonElement root, string name) => root.TryGetProperty(name, out JsonElement list) ? list.EnumerateArray() : default;
}
