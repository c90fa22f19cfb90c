using System.Globalization;
using System.Text.Json;
using Vascular.Acquisition.Cli;

namespace Vascular.Acquisition.Station;

/// <summary>One value of a configuration file with its place in it. Every refusal names file, place and what to write.</summary>
/// <param name="Value">The JSON value.</param>
/// <param name="File">The file, for messages.</param>
/// <param name="Path">Place in the file, for instance <c>devices[0].link.path</c>; empty for the whole.</param>
internal readonly record struct ConfigurationNode(JsonElement Value, string File, string Path)
{
    /// <summary>Longest topic level: five of them and the fixed ones stay under the 256 bytes some brokers allow.</summary>
    private const int LongestName = 40;

    internal CommandFailure Wrong(string what, string whatToDo) => new(what, Path.Length == 0 ? File : $"{File} at {Path}", whatToDo);

    /// <summary>Requires an object with no properties but these.</summary>
    internal void Only(params ReadOnlySpan<string> names)
    {
        if (Value.ValueKind != JsonValueKind.Object)
        {
            throw Wrong($"{Shown()} where an object belongs", "write { … } with " + string.Join(", ", names.ToArray()));
        }

        foreach (JsonProperty property in Value.EnumerateObject())
        {
            if (!names.Contains(property.Name))
            {
                string choice = names.Length == 0 ? "remove it" : $"remove it or write one of {string.Join(", ", names.ToArray())}";
                throw Wrong($"unknown property \"{property.Name}\"", choice);
            }
        }
    }

    /// <returns>Null when the property is absent. A property written as null is present.</returns>
    internal ConfigurationNode? Find(string name) =>
        Value.TryGetProperty(name, out JsonElement value) ? new ConfigurationNode(value, File, Path.Length == 0 ? name : $"{Path}.{name}") : null;

    internal ConfigurationNode Require(string name, string example) =>
        Find(name) ?? throw Wrong($"\"{name}\" is missing", $"write \"{name}\": {example}");

    internal IEnumerable<ConfigurationNode> Items()
    {
        if (Value.ValueKind != JsonValueKind.Array)
        {
            throw Wrong($"{Shown()} where a list belongs", "write [ … ]");
        }

        ConfigurationNode list = this;
        return Value.EnumerateArray().Select((item, index) =>
            new ConfigurationNode(item, list.File, string.Create(CultureInfo.InvariantCulture, $"{list.Path}[{index}]")));
    }

    internal string Text(string whatToWrite)
    {
        string? text = Value.ValueKind == JsonValueKind.String ? Value.GetString() : null;
        return string.IsNullOrWhiteSpace(text) ? throw Wrong($"{Shown()} is no text", $"write {whatToWrite}") : text;
    }

    /// <summary>A name that may stand in a topic.</summary>
    internal string Name()
    {
        string name = Text("a name of a-z, 0-9 and -");
        return name.Length <= LongestName && name.All(letter => letter is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-')
            ? name
            : throw Wrong($"\"{name}\" cannot stand in a topic", $"write at most {LongestName} of a-z, 0-9 and -");
    }

    internal string OneOf(params ReadOnlySpan<string> words)
    {
        string choice = $"one of \"{string.Join("\", \"", words.ToArray())}\"";
        string word = Text(choice);
        return words.Contains(word) ? word : throw Wrong($"\"{word}\" is not known", $"write {choice}");
    }

    internal bool Flag() => Value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong($"{Shown()} is neither true nor false", "write true or false"),
    };

    internal int Integer(int from, int to, string unit = "")
    {
        if (Value.ValueKind == JsonValueKind.Number && Value.TryGetInt32(out int number) && number >= from && number <= to)
        {
            return number;
        }

        throw Wrong($"{Shown()} is out of range", string.Create(CultureInfo.InvariantCulture, $"write a whole number from {from} to {to}{unit}"));
    }

    internal double Number(double from, double to, string unit = "")
    {
        if (Value.ValueKind == JsonValueKind.Number && Value.TryGetDouble(out double number) && number >= from && number <= to)
        {
            return number;
        }

        throw Wrong($"{Shown()} is out of range", string.Create(CultureInfo.InvariantCulture, $"write a number from {from} to {to}{unit}"));
    }

    internal bool IsNull => Value.ValueKind == JsonValueKind.Null;

    internal int Port() => Integer(1, 65535);

    /// <summary>Seconds, or null written out: never.</summary>
    internal TimeSpan? Seconds(double from, double to)
    {
        if (Value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (Value.ValueKind == JsonValueKind.Number && Value.TryGetDouble(out double seconds) && seconds >= from && seconds <= to)
        {
            return TimeSpan.FromSeconds(seconds);
        }

        throw Wrong($"{Shown()} is out of range", string.Create(CultureInfo.InvariantCulture, $"write seconds from {from} to {to}, or null for never"));
    }

    /// <summary>Hours, a year at most; null written out: never.</summary>
    internal double? Hours()
    {
        const double Year = 8784;
        return Value.ValueKind == JsonValueKind.Null ? null
            : Value.ValueKind == JsonValueKind.Number && Value.TryGetDouble(out double hours) && hours is >= 0 and <= Year ? hours
            : throw Wrong($"{Shown()} is out of range", string.Create(CultureInfo.InvariantCulture, $"write hours from 0 to {Year}, or null"));
    }

    private string Shown() => Value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        _ => Value.GetRawText(),
    };
}
