namespace Vascular.Devices.Angiography;

/// <summary>The archive cannot be reached, or does not answer in time: nothing is known of the study, and it is asked again later.</summary>
public sealed class ArchiveAwayException(string message, Exception? inner = null) : AngiogramException(message, inner)
{
    /// <summary>It answered, and said that it cannot now; otherwise no answer came, or half of one.</summary>
    public bool Answered { get; init; }
}
