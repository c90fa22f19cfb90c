using System.Globalization;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Records;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Cli;

/// <summary>The rows of the registry gathered from a station's record: each limb for which a procedure is entered. What is not entered is unknown or empty, never guessed.</summary>
public static class RegistryGathering
{
    public const string SimulatedData = "SIMULATED (HTEST)";

    /// <summary>What a gathered row says beside what <see cref="RegistryTable"/> reads: name, type, meaning.</summary>
    public static IReadOnlyList<(string Name, string Type, string Meaning)> Columns { get; } =
    [
        ("data", $"{SimulatedData} or real", "Whether any value of the limb came from a simulator. Never count a simulated row among people"),
        ("subject", "text", "Number of the limb's first examination at this station, and the side; no identifier of the patient"),
        ("procedure_date", "date", "As entered: to the day, the month or the year"),
        ("dates", "day, month, year", "The coarsest date among those the days were counted from; a month counts from its middle, a year from 1 July"),
    ];

    public static string Csv(IReadOnlyList<LimbHistory> limbs, RuleSet rules)
    {
        ArgumentNullException.ThrowIfNull(limbs);
        StringWriter text = new(CultureInfo.InvariantCulture);
        CsvWriter.Write(text, [.. Columns.Select(c => c.Name), .. RegistryTable.Table.Inputs]);
        foreach (LimbHistory limb in limbs)
        {
            CsvWriter.Write(text, Row(limb, GatheredCourse.Of(limb, rules).Course));
        }

        return text.ToString();
    }

    private static string[] Row(LimbHistory limb, LimbCourse course)
    {
        LimbEntry procedure = limb.Standing.Last(e => e.Kind == LimbEntry.Procedure);
        int? healed = GatheredCourse.First(course, "wound_healed"), amputated = GatheredCourse.First(course, "major_amputation"), death = GatheredCourse.First(course, "death");
        string level = limb.Standing.Where(e => e.Kind == "major_amputation").OrderBy(e => WrittenDate.Parse(e.Date).Middle).FirstOrDefault()?.Level ?? "";
        int end = course.Measured.Select(m => m.Value.Day).Concat(course.Events.Select(e => e.Day)).Append(0).Max();
        string again = GatheredCourse.ProcedureOf(limb, course)!.Value.ReinterventionBy30Days switch { true => "yes", false => "no", _ => "unknown" };
        return
        [
            limb.From.Simulated ? SimulatedData : "real",
            $"{limb.Examinations[0].Examination.Id}/{(limb.Side == Side.Right ? "R" : "L")}",
            procedure.Date,
            limb.Standing.Select(e => e.Date.Length).Min() switch { 4 => "year", 7 => "month", _ => "day" },
            Day(healed),
            Day(amputated),
            level,
            Day(death),
            Day(death ?? end),
            procedure.Circuit ?? "unknown",
            again,
            procedure.StraightFlow ?? "unknown",
        ];
    }

    private static string Day(int? day) => day?.ToString(CultureInfo.InvariantCulture) ?? "";
}
