using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Records;
using Vascular.Processing.Outcomes;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Bedside;

/// <summary>The fields of one entry in the course of a limb: an earlier value, the procedure, or an event.</summary>
public sealed class LimbEntryForm
{
    /// <summary>Longest text beside an entry.</summary>
    public const int LongestWords = 500;

    private static readonly string[] Levels = ["ankle", "below_knee", "through_knee", "above_knee"];

    public static IReadOnlyList<string> Kinds { get; } = [LimbEntry.Value, LimbEntry.Procedure, .. LimbCourse.Kinds];

    public string Kind { get; set; } = LimbEntry.Value;

    public string Date { get; set; } = "";

    public bool Before { get; set; }

    public string Test { get; set; } = "TBI";

    public string Place { get; set; } = "";

    public string Written { get; set; } = "";

    public string Method { get; set; } = "";

    public string Circuit { get; set; } = "unknown";

    public string StraightFlow { get; set; } = "unknown";

    public string Level { get; set; } = "";

    public string Says { get; set; } = "";

    /// <summary>The entry as it would be kept.</summary>
    /// <exception cref="FormatException">A field cannot be read; the message names it.</exception>
    public LimbEntry Entry(LimbHistory limb, RuleSet rules, string user, long nowUtcNs, Guid id)
    {
        ArgumentNullException.ThrowIfNull(limb);
        _ = WrittenDate.Parse(Date.Trim());
        bool value = Kind == LimbEntry.Value, procedure = Kind == LimbEntry.Procedure, amputation = Kind == "major_amputation";
        if (!Kinds.Contains(Kind))
        {
            throw new FormatException("say what the entry is");
        }

        if (procedure && limb.Standing.Any(e => e.Kind == LimbEntry.Procedure))
        {
            throw new FormatException("a procedure is entered: take it back first, or enter a reintervention");
        }

        if (amputation && !Levels.Contains(Level))
        {
            throw new FormatException("a major amputation has its level");
        }

        if (value)
        {
            _ = LimbCourse.ReadValue("the entry", Test, Written.Trim(), rules);
            IReadOnlyList<string> places = GatheredCourse.Places[Test];
            if (places.Count > 0 != Place.Length > 0 || (Place.Length > 0 && !places.Contains(Place)))
            {
                throw new FormatException(places.Count > 0 ? $"{Test} is of an artery or a site: choose {string.Join(", ", places)}" : $"{Test} has no place of its own");
            }

            if (Method.Trim().Length is 0 or > LongestWords)
            {
                throw new FormatException("say how it was measured (method, digit, sensor, temperature), so that only like is compared with like");
            }
        }

        return Says.Length > LongestWords ? throw new FormatException($"more than {LongestWords} characters beside the entry") : new LimbEntry
        {
            Id = id,
            Examination = limb.From.Id,
            Binding = limb.From.Binding,
            Side = limb.Side == Side.Right ? "R" : "L",
            Kind = Kind,
            Date = Date.Trim(),
            Before = value && Before,
            Test = value ? Test : null,
            Place = value ? Place : "",
            Written = value ? Written.Trim() : null,
            Method = value ? Method.Trim() : null,
            Circuit = procedure ? Circuit : null,
            StraightFlow = procedure ? StraightFlow : null,
            Level = amputation ? Level : null,
            Says = Says.Trim(),
            EnteredBy = user,
            EnteredUtcNs = nowUtcNs,
        };
    }

    /// <summary>An entry in a few words.</summary>
    public static string Words(LimbEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        string what = entry.Kind switch
        {
            LimbEntry.Value => $"{entry.Test}{(entry.Place.Length > 0 ? $" {entry.Place}" : "")} {entry.Written}{(entry.Before ? ", before the procedure" : "")} by {entry.Method}",
            LimbEntry.Procedure => $"procedure, circuit as planned: {entry.Circuit}, straight flow to the foot loop: {entry.StraightFlow}",
            "major_amputation" => $"major amputation, {entry.Level!.Replace('_', ' ')}",
            var kind => kind.Replace('_', ' '),
        };
        return $"{entry.Date}: {what}{(entry.Says.Length > 0 ? $"; {entry.Says}" : "")}";
    }

    /// <summary>Methods that values of a test have so far: choosing one says that it was the same.</summary>
    public static IReadOnlyList<string> MethodsOf(LimbCourse course, string test)
    {
        ArgumentNullException.ThrowIfNull(course);
        return [.. course.Measured.Select(m => m.Value).Where(v => LimbCourse.Word(v.Test) == test).Select(v => v.Method).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>Both published definitions of procedural success, each under its author's name.</summary>
    public static IReadOnlyList<string> SuccessWords(ProcedureCourse course) =>
    [
        $"technical success (circuit created as planned): {Known(course.CircuitCreated)}",
        $"procedural success by the definition of Kum (technical success, alive at 30 days, no amputation above the ankle, no clinically driven major reintervention): {Known(ProceduralSuccess.OfKum(course))}",
        $"procedural success by the definition of Schmidt (straight flow into the venous loop of the foot): {Known(ProceduralSuccess.OfSchmidt(course))}",
    ];

    private static string Known(bool? known) => known switch { true => "yes", false => "no", _ => "not known" };
}
