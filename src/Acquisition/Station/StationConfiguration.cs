using System.Globalization;
using System.Text.Json;
using Vascular.Acquisition.Cli;
using Vascular.Acquisition.Examinations;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Station;

/// <summary>A station as its site describes it in <c>station.json</c>. What the file leaves out has the default stated here.</summary>
/// <remarks>Checked whole before anything starts: a wrong name or number stops the start, a device that is merely not plugged in does not.</remarks>
public sealed record StationConfiguration
{
    /// <summary>Laboratory or ward, topic level.</summary>
    public required string Site { get; init; }

    /// <summary>This station, topic level and common name of its certificate.</summary>
    public required string Gateway { get; init; }

    /// <summary>Consumers whose acknowledgement every result needs; without any, a result is "sent, not confirmed".</summary>
    public IReadOnlyList<string> Consumers { get; init; } = [];

    public BrokerConfiguration Broker { get; init; } = new();

    public StorageConfiguration Storage { get; init; } = new();

    public PageConfiguration Page { get; init; } = new();

    /// <summary>Null: this station looks at no angiograms.</summary>
    public ArchiveConfiguration? Archive { get; init; }

    public IReadOnlyList<DeviceConfiguration> Devices { get; init; } = [];

    /// <summary>The clinical rules, with the site's own constants where it has any.</summary>
    public RuleSet Rules { get; init; } = ClinicalRules.Default;

    /// <exception cref="CommandFailure">The file cannot be read or says something that is not allowed.</exception>
    public static StationConfiguration Read(string file) => Parse(TextOf(file), file);

    /// <summary>What stands in the file.</summary>
    /// <exception cref="CommandFailure">The file cannot be read.</exception>
    public static string TextOf(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandFailure("no such configuration", file, "correct --config or write the file (config/station.json is an example)", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure("configuration cannot be read", file, $"make it readable for this user ({failure.Message})", failure);
        }
    }

    /// <param name="file">Names the text in messages; relative file names in the text are relative to its folder.</param>
    /// <exception cref="CommandFailure">The text is not JSON or says something that is not allowed.</exception>
    public static StationConfiguration Parse(string json, string file)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions
            {
                AllowDuplicateProperties = false,
                AllowTrailingCommas = true,
                CommentHandling = JsonCommentHandling.Skip,
            });
            return StationFile.Read(new ConfigurationNode(document.RootElement, file, string.Empty));
        }
        catch (JsonException failure)
        {
            string place = failure.LineNumber is { } line
                ? string.Create(CultureInfo.InvariantCulture, $"{file} line {line + 1}")
                : file;
            throw new CommandFailure("configuration is not valid JSON", place, $"correct it ({failure.Message})", failure);
        }
    }
}
