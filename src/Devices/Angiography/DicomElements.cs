using System.Globalization;
using System.Text.Json;

namespace Vascular.Devices.Angiography;

/// <summary>One data set in the DICOM JSON Model (PS3.18 annex F): elements under eight hexadecimal digits of their tag.</summary>
/// <remarks>Archives write decimal strings (DS, IS) as numbers or as strings; both are read. An element that is absent, empty or of another kind is null: what a
/// sender left out is never a default here.</remarks>
public readonly struct DicomElements(JsonElement data)
{
    /// <summary>First value as text.</summary>
    public string? Text(string tag) => Values(tag).Select(AsText).FirstOrDefault();

    /// <summary>All values as text.</summary>
    public IReadOnlyList<string> Texts(string tag) => [.. Values(tag).Select(AsText).OfType<string>()];

    /// <summary>First value as a finite number.</summary>
    public double? Number(string tag) => Values(tag).Select(AsNumber).FirstOrDefault();

    /// <summary>First value as a whole number.</summary>
    public int? Whole(string tag) => Number(tag) is { } number && number == Math.Floor(number) && Math.Abs(number) <= int.MaxValue ? (int)number : null;

    /// <summary>All values as numbers; null where one of them is none.</summary>
    public IReadOnlyList<double>? Numbers(string tag)
    {
        double?[] numbers = [.. Values(tag).Select(AsNumber)];
        return numbers.Length > 0 && numbers.All(n => n is not null) ? [.. numbers.Select(n => n!.Value)] : null;
    }

    /// <summary>Items of a sequence.</summary>
    public IReadOnlyList<DicomElements> Items(string tag) => [.. Values(tag).Where(v => v.ValueKind == JsonValueKind.Object).Select(v => new DicomElements(v))];

    /// <summary>Person name, alphabetic group.</summary>
    public string? Name(string tag) => Values(tag).Select(v => v.ValueKind == JsonValueKind.Object && v.TryGetProperty("Alphabetic", out JsonElement name) ? AsText(name) : AsText(v)).FirstOrDefault();

    private JsonElement[] Values(string tag) =>
        data.ValueKind == JsonValueKind.Object && data.TryGetProperty(tag, out JsonElement element) && element.ValueKind == JsonValueKind.Object
            && element.TryGetProperty("Value", out JsonElement values) && values.ValueKind == JsonValueKind.Array
            ? [.. values.EnumerateArray()]
            : [];

    private static string? AsText(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => AsUnicode(value),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };

    /// <summary>Null where the bytes are of another character set than they claim.</summary>
    private static string? AsUnicode(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static double? AsNumber(JsonElement value)
    {
        double number;
        bool read = value.ValueKind switch
        {
            JsonValueKind.Number => value.TryGetDouble(out number),
            JsonValueKind.String => double.TryParse(AsUnicode(value), NumberStyles.Float, CultureInfo.InvariantCulture, out number),
            _ => double.TryParse("", out number),
        };
        return read && double.IsFinite(number) ? number : null;
    }
}
