using System.Globalization;
using Hl7.Fhir.Model;

namespace Vascular.Acquisition.Publishing.Fhir;

/// <summary>Numbers and times of a finding in the words of FHIR.</summary>
public static class Quantities
{
    /// <summary>A value as printed: an index keeps two decimals (0.90, not 0.9), everything else the decimals it has.</summary>
    /// <param name="ucum">UCUM code.</param>
    /// <exception cref="ArgumentException">The value is not finite: no such number may leave the station.</exception>
    public static Quantity Of(double value, string ucum, Quantity.QuantityComparator? comparator = null)
    {
        Quantity quantity = Simple(Decimal(value, ucum), ucum);
        quantity.Comparator = comparator;
        return quantity;
    }

    /// <summary>A number nobody printed (an uncertainty, a feature of the pulse), to four significant digits.</summary>
    public static Quantity Rounded(double value, string ucum) =>
        Simple(decimal.Parse(Finite(value).ToString("G4", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture), ucum);

    /// <summary>Bounds of a value; one of them may be open.</summary>
    public static Hl7.Fhir.Model.Range Range(double? lower, double? upper, string ucum) => new()
    {
        Low = lower is { } low ? Of(low, ucum) : null,
        High = upper is { } high ? Of(high, ucum) : null,
    };

    /// <summary>To the millisecond, with the offset the station has.</summary>
    public static FhirDateTime Moment(DateTimeOffset time) => new(time.ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture));

    public static Period Interval(DateTimeOffset from, DateTimeOffset to) => new() { StartElement = Moment(from), EndElement = Moment(to) };

    private static Quantity Simple(decimal value, string ucum) =>
        new() { Value = value, Unit = ForPeople(ucum), System = Systems.Ucum, Code = ucum };

    private static decimal Decimal(double value, string ucum)
    {
        decimal exact = (decimal)Finite(value);
        return ucum == "{ratio}" && decimal.Round(exact, 2) == exact ? decimal.Round(exact, 2) + 0.00m : exact;
    }

    private static double Finite(double value) => double.IsFinite(value)
        ? value
        : throw new ArgumentException($"{value} is no number to send.", nameof(value));

    private static string ForPeople(string ucum) => ucum switch
    {
        "mm[Hg]" => "mmHg",
        "mm[Hg]/s" => "mmHg/s",
        "Cel" => "degC",
        _ => ucum.Trim('{', '}'),
    };
}
