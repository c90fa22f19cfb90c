using System.Globalization;
using Vascular.Processing.Outcomes;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Cli;

/// <summary>The registry export: one subject per row in days, endpoints and both definitions of procedural success out. The months are those that <c>kaplan-meier</c> reads.</summary>
public static class RegistryTable
{
    private const string Healed = "healed_day";
    private const string Amputation = "major_amputation_day";
    private const string Level = "major_amputation_level";
    private const string Death = "death_day";
    private const string End = "followup_end_day";
    private const string Circuit = "circuit_created";
    private const string Reintervention = "major_reintervention_30d";
    private const string StraightFlow = "straight_flow_to_foot_loop";
    private const int LongestDays = 36_525;

    /// <summary>Of an average month. [D]</summary>
    private const long MonthTenThousandths = 304_375;

    /// <summary>Every column: name, in or out, type, unit, what it means and where that comes from.</summary>
    private static readonly (string Name, bool In, string Type, string Unit, string Meaning)[] Columns =
    [
        (Healed, true, "number or empty", "d", "First complete closure of the wound, days after the procedure; empty: not healed while observed [D]"),
        (Amputation, true, "number or empty", "d", "Major amputation of the index limb, at the ankle or above [V] PARC table 6; empty: none while observed"),
        (Level, true, "ankle, below_knee, through_knee, above_knee, empty", "", "Level of the major amputation; the seed and PROMISE III count above the ankle only, so an ankle disarticulation is flagged [D]"),
        (Death, true, "number or empty", "d", "Death of any cause; empty: alive at the end of observation"),
        (End, true, "number", "d", "End of observation; the day of the death or the amputation when there was one"),
        (Circuit, true, "yes, no, unknown", "", "Technical success: the circuit created as planned [S]"),
        (Reintervention, true, "yes, no, unknown", "", "Clinically driven major reintervention within 30 days [S]"),
        (StraightFlow, true, "yes, no, unknown", "", "Straight flow from the artery into the venous loop of the foot at metatarsal level, rarely the proximal tarsal veins [S]"),
        ("technical_success", false, "1, 0, empty", "", "As entered; empty: not known"),
        ("procedural_success_kum", false, "1, 0, empty", "", "Definition of Kum [S]: technical success, alive at 30 days, no amputation above the ankle and no clinically driven major reintervention by then; empty: not known"),
        ("procedural_success_schmidt", false, "1, 0, empty", "", "Definition of Schmidt [S]: straight flow into the venous loop of the foot; empty: not known"),
        ("afs_month", false, "number", "mo", "Months to death or major amputation, the first of both [V] PROMISE II, else to the end of observation; a month is 30.4375 days [D]"),
        ("afs_event", false, "1, 0", "", "1: death or major amputation; 0: censored"),
        ("limb_salvage_month", false, "number", "mo", "Months to major amputation, else to the end of observation; death censors [D]"),
        ("limb_salvage_event", false, "1, 0", "", "1: major amputation; 0: censored"),
        ("healing_month", false, "number", "mo", "Months to complete closure, else to the end of observation [D]"),
        ("healing_event", false, "1, 0", "", "1: healed; 0: censored"),
        ("healed_month", false, "number or empty", "mo", "The same days in months, as 'score kaplan-meier' reads them"),
        ("major_amputation_month", false, "number or empty", "mo", "The same"),
        ("death_month", false, "number or empty", "mo", "The same"),
        ("followup_end_month", false, "number", "mo", "The same"),
        ("flags", false, "list", "", "ankle_disarticulation: a major amputation here, not one in a count above the ankle"),
        ("error", false, "text", "", "Why the row was refused; its answers are then empty"),
    ];

    private static readonly string[] Inputs = [.. Columns.Where(c => c.In).Select(c => c.Name)];
    private static readonly string[] Levels = ["", "ankle", "below_knee", "through_knee", "above_knee"];

    public static ScoreTable Table { get; } = new("registry", Inputs, [.. Columns.Where(c => !c.In && c.Name != ScoreTable.Error).Select(c => c.Name)], (row, _) => Answer(new ScoreFields(Inputs, row)));

    /// <param name="gathered">With the columns that stand before these when the rows come from a station's record.</param>
    public static void WriteDictionary(TextWriter text, bool gathered = false)
    {
        CsvWriter.Write(text, ["column", "from", "type", "unit", "meaning"]);
        foreach ((string name, string type, string meaning) in gathered ? RegistryGathering.Columns : [])
        {
            CsvWriter.Write(text, [name, "gathered", type, "", meaning]);
        }

        foreach ((string name, bool isIn, string type, string unit, string meaning) in Columns)
        {
            CsvWriter.Write(text, [name, isIn ? "entered" : "computed", type, unit, meaning]);
        }
    }

    private static ScoreAnswer Answer(ScoreFields row)
    {
        WrittenNumber longest = WrittenNumber.Of(LongestDays);
        WrittenNumber? healed = row.Number(Healed, WrittenNumber.Zero, longest), amputation = row.Number(Amputation, WrittenNumber.Zero, longest), death = row.Number(Death, WrittenNumber.Zero, longest);
        SubjectCourse course = new(healed, amputation, death, row.Needed(End, WrittenNumber.Zero, longest));
        int level = row.Word(Level, Levels);
        bool? circuit = Known(row, Circuit), reintervention = Known(row, Reintervention), flow = Known(row, StraightFlow);
        if (course.Contradiction is { } impossible)
        {
            row.Contradict($"{impossible.Event}_day", impossible.Why);
        }

        if ((level > 0) != amputation is not null)
        {
            row.Contradict(Level, amputation is null ? "a level without a major amputation" : "the major amputation has no level");
        }

        return row.Refusal ?? Columned(course, level, circuit, reintervention, flow);
    }

    private static ScoreAnswer Columned(in SubjectCourse course, int level, bool? circuit, bool? reintervention, bool? flow)
    {
        WrittenNumber thirty = WrittenNumber.Of(30);
        // who left before day 30 alive and whole is not known to have been so at day 30
        bool? alive = course.Death <= thirty ? false : course.FollowUpEnd >= thirty || course.Death is not null ? true : null;
        bool? amputated = course.MajorAmputation <= thirty && level > 1 ? true : course.FollowUpEnd >= thirty || course.Death <= thirty || course.MajorAmputation is not null ? false : null;
        ProcedureCourse procedure = new(circuit, alive, amputated, reintervention, flow);
        WrittenNumber? first = course.Death < course.MajorAmputation ? course.Death : course.MajorAmputation ?? course.Death;
        return ScoreAnswer.Of(
            ScoreFields.Bit(circuit),
            ScoreFields.Bit(ProceduralSuccess.OfKum(procedure)),
            ScoreFields.Bit(ProceduralSuccess.OfSchmidt(procedure)),
            Months(first ?? course.FollowUpEnd),
            ScoreFields.Bit(first is not null),
            Months(course.MajorAmputation ?? course.FollowUpEnd),
            ScoreFields.Bit(course.MajorAmputation is not null),
            Months(course.Healed ?? course.FollowUpEnd),
            ScoreFields.Bit(course.Healed is not null),
            Months(course.Healed),
            Months(course.MajorAmputation),
            Months(course.Death),
            Months(course.FollowUpEnd),
            level == 1 ? "ankle_disarticulation" : "");
    }

    private static bool? Known(ScoreFields row, string name) => row.Word(name, "unknown", "yes", "no") switch { 1 => true, 2 => false, _ => null };

    /// <summary>Six decimals, half up.</summary>
    private static string Months(WrittenNumber? days)
    {
        if (days is not { } known)
        {
            return "";
        }

        // billionths of a day over ten-thousandths of a day a month, in millionths
        Int128 millionths = ((2 * (Int128)known.Units * 10) + MonthTenThousandths) / (2 * MonthTenThousandths);
        string fraction = ((long)(millionths % 1_000_000)).ToString("000000", CultureInfo.InvariantCulture).TrimEnd('0');
        return $"{((long)(millionths / 1_000_000)).ToString(CultureInfo.InvariantCulture)}{(fraction.Length > 0 ? "." : "")}{fraction}";
    }
}
