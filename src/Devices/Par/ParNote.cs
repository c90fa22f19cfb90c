namespace Vascular.Devices.Par;

/// <summary>What a <see cref="Vascular.Processing.Vocabulary.ReadingKind.DeviceStatus"/> of this device says in its Detail. 0 to 9 is the state digit of a
/// status line that was no answer to a measurement ordered here (<see cref="ParState"/>); its values are another measurement's and are not read.</summary>
public enum ParNote
{
    /// <summary>The order is over, whether it succeeded or not: the module may be given another.</summary>
    Idle = 100,

    /// <summary>The order was not carried out: another is running, or the word is none of measure, manometer, leak_test, manual, stop.</summary>
    OrderRefused = 101,

    /// <summary>The module ended a measurement nobody here is waiting for.</summary>
    UnorderedEnd = 102,
}
