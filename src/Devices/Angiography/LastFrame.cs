namespace Vascular.Devices.Angiography;

/// <summary>What an archive answers when it is asked for the last frame of an image.</summary>
public enum LastFrame
{
    /// <summary>It handed it out.</summary>
    Given,

    /// <summary>It says that there is no such frame, stored or decoded, or hands out a part of one.</summary>
    NotThere,

    /// <summary>It does not answer this question, or not in time: nothing is known of the pixels.</summary>
    NotSaid,
}
