namespace Vascular.Acquisition.Capture;

/// <summary>A key is missing, open to others, malformed, or not the one a tape was written for.</summary>
public sealed class TapeKeyException : Exception
{
    public TapeKeyException(string what, string where, string whatToDo, Exception? inner = null)
        : base($"{what}, {where}, {whatToDo}", inner) => (What, Where, WhatToDo) = (what, where, whatToDo);

    public string What { get; }

    public string Where { get; }

    public string WhatToDo { get; }
}
