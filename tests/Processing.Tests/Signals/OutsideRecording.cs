using System.Globalization;

namespace Vascular.Processing.Tests.Signals;

/// <summary>Recordings that are no part of this project, from the folder that the variable <c>VASCULAR_RECORDINGS</c> names.</summary>
internal static class OutsideRecording
{
    public const string Variable = "VASCULAR_RECORDINGS";

    private static readonly string? Root = Environment.GetEnvironmentVariable(Variable);

    public static string? Lacking(string folder) =>
        string.IsNullOrEmpty(Root) ? $"{Variable} names no folder with recordings in '{folder}/'"
        : Directory.Exists(Path.Combine(Root, folder)) ? null
        : $"no '{folder}/' in '{Root}' ({Variable})";

    public static double[] Column(string path, int column) =>
        [.. File.ReadLines(Path.Combine(Root!, path)).Skip(1).Select(line => double.Parse(line.Split(',')[column], CultureInfo.InvariantCulture))];
}

/// <summary>A test on recordings that are no part of this project. Skipped, with the reason, where they are not at hand.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OutsideRecordingTheoryAttribute : TheoryAttribute
{
    public OutsideRecordingTheoryAttribute(string folder) => Skip = OutsideRecording.Lacking(folder);
}
