using System.Globalization;
using Vascular.Acquisition.Records;
using Vascular.Processing.Outcomes;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Examinations;

/// <summary>The course of a limb gathered from the station's own examinations and what people entered.</summary>
/// <param name="Sources">Where each value of the course comes from, in words, in the order of <see cref="LimbCourse.Measured"/>.</param>
/// <param name="NotDrawn">Findings of the followed tests that are no number, and why: they stand beside the curve.</param>
public sealed record GatheredCourse(LimbCourse Course, IReadOnlyList<string> Sources, IReadOnlyList<string> NotDrawn)
{
    /// <summary>Arteries and skin sites a value may be entered for, by the test; empty for a test that has one place.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Places { get; } = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal)
    {
        ["ABI"] = ["DP", "PT"],
        ["TBI"] = [],
        ["TP"] = [],
        ["TcPO2"] = ["FOOT.DORSUM", "FOOT.PLANTAR", "FOOT.WOUND", "FOOT", "CALF"],
    };

    public static GatheredCourse Of(LimbHistory limb, RuleSet rules)
    {
        ArgumentNullException.ThrowIfNull(limb);
        ArgumentNullException.ThrowIfNull(rules);
        LimbEntry? entered = limb.Standing.LastOrDefault(e => e.Kind == LimbEntry.Procedure);
        WrittenDate? procedure = entered is null ? null : WrittenDate.Parse(entered.Date);
        List<(WrittenDate Date, bool Before, FollowedTest Test, string Place, string Method, WrittenNumber Value, string Source)> values = [];
        List<string> notDrawn = [];
        foreach ((Records.Examination examination, IReadOnlyList<Finding> findings) in limb.Examinations)
        {
            WrittenDate day = DayOf(examination);
            // of an artery that was read more than once only what the readings come to
            foreach (Finding finding in findings.Where(f => findings.All(t => t.Method != Methods.RepeatedReadings.Name || !t.Inputs.Contains(f.Id))))
            {
                if (TestOf(finding) is not { } test)
                {
                    continue;
                }

                if (finding is { State: MeasurementState.Measured, Value: { } value })
                {
                    values.Add((day, false, test, PlaceOf(test, finding), MethodOf(finding, findings), WrittenNumber.Near(value), $"examination {examination.Id}"));
                }
                else if (finding.State is not (MeasurementState.NotDone or MeasurementState.Running))
                {
                    notDrawn.Add($"{day.Text}: {finding.Measure} {finding.Site.Code} {finding.Printed} ({finding.State.Word().Replace('_', ' ')})");
                }
            }
        }

        foreach (LimbEntry entry in limb.Standing.Where(e => e.Kind == LimbEntry.Value))
        {
            (FollowedTest test, WrittenNumber value) = LimbCourse.ReadValue("value", entry.Test, entry.Written ?? "", rules);
            values.Add((WrittenDate.Parse(entry.Date), entry.Before, test, entry.Place, entry.Method ?? "", value, $"entered by {entry.EnteredBy}"));
        }

        // without a procedure nothing is after it
        DateOnly zero = procedure?.Middle ?? values.Select(v => v.Date.Middle).DefaultIfEmpty(DateOnly.MinValue).Max().AddDays(2);
        var course = new LimbCourse
        {
            Title = "Course of a limb",
            Side = limb.Side,
            Whose = string.Create(CultureInfo.InvariantCulture, $"patient {limb.From.PatientValue}, {limb.Examinations.Count} {(limb.Examinations.Count == 1 ? "examination" : "examinations")} of this station"),
            Procedure = procedure,
            Simulated = limb.From.Simulated,
            Measured = [.. values.Select(v => (v.Date, new FollowedValue(v.Test, Day(v.Date, zero) - (v.Before ? 1 : 0), v.Method, v.Value) { Place = v.Place }))],
            Events = [.. limb.Standing.Where(e => LimbCourse.Kinds.Contains(e.Kind)).Select(e => Event(e, zero)).OrderBy(e => e.Day)],
        };
        return new GatheredCourse(course, [.. values.Select(v => v.Source)], notDrawn);
    }

    /// <summary>What is known of the procedure by this course, for both definitions of its success.</summary>
    /// <returns>Null where no procedure is entered.</returns>
    public static ProcedureCourse? ProcedureOf(LimbHistory limb, LimbCourse course)
    {
        ArgumentNullException.ThrowIfNull(limb);
        ArgumentNullException.ThrowIfNull(course);
        if (limb.Standing.LastOrDefault(e => e.Kind == LimbEntry.Procedure) is not { } entered)
        {
            return null;
        }

        int last = course.Measured.Select(m => m.Value.Day).Concat(course.Events.Select(e => e.Day)).DefaultIfEmpty(0).Max();
        int? death = First(course, "death"), reintervention = First(course, "reintervention");
        (LimbEntry Entry, int Day)? amputation = limb.Standing.Where(e => e.Kind == "major_amputation").Select(e => (e, Day(WrittenDate.Parse(e.Date), course.Procedure!.Value.Middle))).OrderBy(e => e.Item2).Cast<(LimbEntry, int)?>().FirstOrDefault();
        bool? alive = death <= 30 ? false : last >= 30 ? true : null;
        bool? amputated = amputation is { Day: <= 30, Entry.Level: not "ankle" } ? true : last >= 30 || death is not null ? false : null;
        bool? again = reintervention <= 30 ? true : last >= 30 || death is not null ? false : null;
        return new ProcedureCourse(Known(entered.Circuit), alive, amputated, again, Known(entered.StraightFlow));
    }

    /// <summary>Day of the first event of a kind; null where there is none.</summary>
    public static int? First(LimbCourse course, string kind)
    {
        ArgumentNullException.ThrowIfNull(course);
        return course.Events.Where(e => e.Kind == kind).Select(e => (int?)e.Day).Min();
    }

    private static bool? Known(string? word) => word switch { "yes" => true, "no" => false, _ => null };

    private static WrittenDate DayOf(Records.Examination examination) =>
        WrittenDate.Parse(UtcNs.ToTime(examination.StartedUtcNs).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    private static int Day(WrittenDate date, DateOnly zero) => date.Middle.DayNumber - zero.DayNumber;

    private static CourseEvent Event(LimbEntry entry, DateOnly zero)
    {
        WrittenDate date = WrittenDate.Parse(entry.Date);
        string level = entry.Level is { } known ? known.Replace('_', ' ') : "";
        return new CourseEvent(date, Day(date, zero), entry.Kind, string.Join(", ", new[] { level, entry.Says }.Where(w => w.Length > 0)));
    }

    private static FollowedTest? TestOf(Finding finding) => finding.Measure switch
    {
        "abi-pt" or "abi-dp" => FollowedTest.AnkleIndex,
        "tbi" => FollowedTest.ToeIndex,
        "toe-sys" => FollowedTest.ToePressure,
        "tcpo2-plateau" when finding.Site.Place != Processing.Vocabulary.Place.Chest => FollowedTest.Oxygen,
        _ => null,
    };

    private static string PlaceOf(FollowedTest test, Finding finding) => test is FollowedTest.AnkleIndex or FollowedTest.Oxygen ? finding.Site.Code[2..] : "";

    /// <summary>Everything that must be equal for two values of the station to be compared: how the pressure was found, the digit, the kind of sensor by its configured name
    /// without its number, the electrode's temperature.</summary>
    private static string MethodOf(Finding finding, IReadOnlyList<Finding> all)
    {
        Finding taken = finding.Inputs.Count > 0 && all.FirstOrDefault(f => finding.Inputs.Contains(f.Id) && f.Site.IsFoot) is { } input ? input : finding;
        string sensors = string.Join(" + ", taken.Links.Select(l => l.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9').TrimEnd('-')).Distinct().Order(StringComparer.Ordinal));
        string digit = !taken.Site.IsToe ? "" : taken.Site.Place == Processing.Vocabulary.Place.Toe ? "digit not stated" : taken.Site.Code[2..];
        string celsius = taken.Parts.FirstOrDefault(p => p.Name == "electrode-temp")?.Value is { } warm ? string.Create(CultureInfo.InvariantCulture, $"{warm:0} °C") : "";
        return string.Join(", ", new[] { string.Create(CultureInfo.InvariantCulture, $"{taken.Method} {taken.MethodVersion}"), digit, celsius, sensors }.Where(w => w.Length > 0));
    }
}
