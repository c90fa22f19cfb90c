namespace Vascular.Devices.Angiography;

/// <summary>An angiogram that cannot be read: the message says what is wrong with it. The archive and every other study go on.</summary>
public class AngiogramException(string message, Exception? inner = null) : Exception(message, inner);
