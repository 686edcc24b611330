"""The guide inside the program: for supervisors in Chinese and English, and for developers."""
